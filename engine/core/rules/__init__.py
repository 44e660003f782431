"""The rules, one module a noun: a command and a hall go in, facts come out, or a refusal; nothing is changed here."""
