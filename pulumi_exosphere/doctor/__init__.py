"""``pulumi-exosphere doctor``: what stands between this machine and a deployment, and what to do about it.

`finding` is what each check finds; `pulumi_checks`, `configuration`, `stack_state` and `state_manager_checks` look, the
two in the middle through `ask_pulumi`; `command` is the command.
"""
