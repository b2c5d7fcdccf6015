# What every expression can use beside jq's own functions. The engine binds $now (UTC text), $org (what the org is
# known to have), $zone (the offsets of the configured time zone) and $__codes (codes.tsv) in front of it.
# Functions take their values as arguments, so that `.` stays the event: money(.payment.captured).

# Not reachable from expressions: the result must depend on what was handed in alone. (The loader refuses the names;
# these stand behind it.)
def env: error("env is not available");
def now: error("now is not available: use $now");
def input: error("input is not available");
def inputs: error("inputs is not available");
def debug: error("debug is not available");
def debug(m): error("debug is not available");
def stderr: error("stderr is not available");
def halt: error("halt is not available");
def halt_error: error("halt_error is not available");
def halt_error(code): error("halt_error is not available");
def localtime: error("localtime is not available: use day(t)");
def strflocaltime(f): error("strflocaltime is not available: use day(t)");
def input_filename: error("input_filename is not available");
def input_line_number: error("input_line_number is not available");
def get_search_list: error("get_search_list is not available");
def modulemeta: error("modulemeta is not available");

# `${ clear }` empties a field; null leaves it alone.
def clear: {"\u0000paysync": "clear"};

# Text without white space at its ends; null when nothing is left. Other types stay.
def blank: if type == "string" then gsub("^\\s+|\\s+$"; "") | if . == "" then null else . end else . end;
def lower: if type == "string" then ascii_downcase else . end;

# The digits after the decimal point, by Checkout.com's own table and not ISO 4217 (CLP has 2 there).
def exponent: ascii_upcase
  | if IN("BIF","DJF","GNF","ISK","JPY","KMF","KRW","PYG","RWF","UGX","VUV","VND","XAF","XOF","XPF") then 0
    elif IN("BHD","IQD","JOD","KWD","LYD","OMR","TND") then 3 else 2 end;

# Minor units to exact decimal text: jq's numbers are binary, text keeps the cents.
def major($currency):
  if . == null then null
  elif type != "number" then error("money wants a number of minor units, not \(tojson)")
  elif . != floor or . > 9007199254740991 or . < -9007199254740991
    then error("money wants whole minor units, not \(tojson)")
  else . as $minor | ($currency | exponent) as $digits
    | (if $minor < 0 then "-" else "" end) as $sign
    | (if $minor < 0 then -$minor else $minor end | tostring) as $text
    | if $digits == 0 then $sign + $text
      else ("0000" + $text)[-([($text | length), $digits + 1] | max):] as $padded
        | $sign + $padded[:-$digits] + "." + $padded[-$digits:] end
  end;
def money(minor; currency): (minor) as $minor | (currency) as $currency
  | if $minor == null then null elif $currency == null then error("money without a currency") else $minor | major($currency) end;
def money(minor): money(minor; .payment.currency);

# Text time (0-9 digits of fraction; Z, +hh:mm, +hhmm or no zone, then UTC) to seconds since 1970.
def epoch:
  if . == null or type == "number" then .
  else . as $text
    | (capture("^(?<day>\\d{4}-\\d{2}-\\d{2})([T ](?<clock>\\d{2}:\\d{2}:\\d{2})([.]\\d{1,9})?(?<zone>Z|[+-]\\d{2}:?\\d{2})?)?$")
       // error("not a time: \($text | tojson)"))
    | (.zone // "Z") as $zone
    | (if $zone == "Z" then 0 else
         ($zone[1:3] | tonumber) * 3600 + ($zone[-2:] | tonumber) * 60 | if $zone[0:1] == "-" then -. else . end
       end) as $offset
    | (.day + "T" + (.clock // "00:00:00") + "Z" | fromdateiso8601) - $offset
  end;
# Seconds to add to UTC at that moment.
def offset: . as $t | ($zone.from | bsearch($t)) as $i | $zone.offset[if $i < 0 then -2 - $i else $i end];
def seconds: . as $text
  | (capture("^(?<n>\\d+)(?<unit>[smhdw])$") // error("not a length of time: \($text | tojson) (write 48h or 3d)"))
  | (.n | tonumber) * {s: 1, m: 60, h: 3600, d: 86400, w: 604800}[.unit];

# The local date of a moment, in the configured time zone. A date stays as it is.
def day(t): (t) | if . == null or (type == "string" and length == 10) then . else epoch | . + offset | strftime("%Y-%m-%d") end;
# A moment as Salesforce writes it, UTC.
def time(t): (t) | if . == null then null else epoch | todate end;
def plus(t; $length): (t) | if . == null then null else epoch + ($length | seconds) | todate end;
def minus(t; $length): (t) | if . == null then null else epoch - ($length | seconds) | todate end;
# The same day n months later; the last of the month where that day is missing.
def add_months(t; $n): (t) | if . == null then null else epoch | gmtime
  | (.[0] * 12 + .[1] + $n) as $month | ($month / 12 | floor) as $year | ($month - $year * 12) as $index
  | (if ($year % 4 == 0 and $year % 100 != 0) or $year % 400 == 0 then 29 else 28 end) as $february
  | ([31, $february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][$index]) as $last
  | [$year, $index, ([.[2], $last] | min), .[3], .[4], (.[5] | floor), 0, 0] | mktime | todate end;
def past(t): (t) | . != null and epoch <= ($now | epoch);

# How an e-mail address is compared: no case, no +tag. Null for what is no address.
def email_key: blank | if . == null or (type != "string") or (test("@") | not) then null
  else ascii_downcase | sub("\\+[^@]*@"; "@") end;
def name_parts: blank | if . == null then {first: null, last: null}
  else [splits("\\s+")] | {first: (if length > 1 then .[:-1] | join(" ") else null end), last: .[-1]} end;

# What a response code says: codes are text of five characters that may hold letters. Of one that is not in codes.tsv
# the first digits tell the class. retry: whether the same card may be tried again as it is; null where nobody says.
def code: . as $code | (if type == "string" then $__codes[.] else null end) as $known
  | if $known != null then {class: $known[0], summary: $known[1], retry: $known[2]}
    elif type != "string" then {class: null, summary: null, retry: null}
    else (if .[0:2] == "10" then "approved" elif .[0:2] == "20" then "soft" elif .[0:2] == "30" then "hard"
      elif .[0:1] == "4" then "risk" else "other" end) as $class
      | {class: $class, summary: $code, retry: (if $class == "hard" then false else null end)} end;
# Of a code, or of a failure {code, summary}: its summary stands in where the code is not known.
def decline(c): (c) | if type == "object"
  then .summary as $said | (.code | code) + (if $said == null or (.code | type == "string" and $__codes[.] != null) then {} else {summary: $said} end)
  else code end;

# Why a payment is disputed, in words, with the scheme's own code; null when neither is known.
def dispute_reason(category; reason_code): (category) as $category | (reason_code) as $code
  | (if ($category | type) != "string" then null else {
      fraudulent: "The card holder says that it was not them",
      unrecognized: "The card holder does not recognise the payment",
      canceled_recurring: "The card holder had cancelled the subscription",
      product_service_not_received: "The goods or the service did not come",
      not_as_described: "The goods or the service are not what was promised",
      credit_not_issued: "A refund that was promised did not come",
      duplicate: "The same purchase was charged twice",
      incorrect_amount: "The amount is wrong",
      general: "No particular reason"
    }[$category] // ($category | gsub("_"; " ")) end) as $words
  | if $code == null or $code == "" then $words elif $words == null then "Reason \($code)" else "\($words) (\($code))" end;

# A recurring amount as a monthly one, rounded half up. `every`: an interval (null: a month), or what has one, such as
# .subscription, whose interval_count it minds.
def monthly(m; every): (m) as $minor | (every) as $every
  | (if ($every | type) == "object" then $every else {interval: $every} end) as $plan
  | if $minor == null then null else
      ({day: [365, 12], week: [52, 12], month: [1, 1], quarter: [1, 3], year: [1, 12]}[$plan.interval // "month"]
        // error("no such interval: \($plan.interval)")) as $f
      | ($f[1] * ($plan.interval_count // 1)) as $months
      | ($minor * $f[0] * 2 + $months) / ($months * 2) | floor end;

# One of a list, always the same for the same key: a steady share-out without state.
def spread(key; $list): (key) as $key | if ($list | length) == 0 then null else
  $list[($key | tostring | explode | reduce .[] as $c (7; (. * 31 + $c) % 1000003)) % ($list | length)] end;

# Ids of what the org has; an unknown name is an error that says so. ($org.invent: in tests every name exists.)
def queue($name): $org.queues[$name] // if $org.invent then "queue " + $name else error("no queue \($name) in this org") end;
def record_type($object; $name): $org.record_types[$object][$name]
  // if $org.invent then "record type " + $object + "." + $name else error("no record type \($object).\($name) in this org") end;
def user($name): $org.users[$name] // if $org.invent then "user " + $name else error("no active user \($name) in this org") end;
