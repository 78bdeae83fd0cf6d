"""``pulumi-exosphere doctor``: what keeps this machine from deploying, and what to do about it.

`findings` is what each check finds; `pulumi_checks`, `configuration`, `stack_state`
and `state_manager_checks` look; `command` is the command.
"""
