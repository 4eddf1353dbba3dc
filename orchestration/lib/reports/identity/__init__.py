"""The report on how right the OneID is: reports/identity.html."""
