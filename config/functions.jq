# Your own functions, for use in every flow: jq 1.6, one `def` after the other.
#
# They see what is handed in as arguments, `.` (the event and its views), $now and $vars, and all functions that
# paysync brings along (money, day, blank, email_key, …). They cannot read files, the clock or the environment.
#
# An example: `set: { Tier__c: '${ tier(.customer) }' }`
#
#   def tier(customer): (customer).totals | to_entries | map(.value.captured) | add // 0
#     | if . >= 1000000 then "Gold" elif . >= 100000 then "Silver" else "Standard" end;
