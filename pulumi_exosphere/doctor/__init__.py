"""``pulumi-exosphere doctor``: what stands between this machine and a deployment, and what to do about it.

`finding` is what each check finds; `pulumi_checks`, `configuration` and `state_manager_checks` look; `command` is the
command.
"""
