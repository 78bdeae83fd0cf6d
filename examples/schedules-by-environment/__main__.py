"""Two reports of a team that doesn't deal with schedules."""

import pulumi
from scheduled_report import ScheduledReport

config = pulumi.Config()
environment = config.get("environment") or pulumi.get_stack()
secrets = {"warehouse_password": config.require_secret("warehousePassword")}

for name, source in {"orders": "s3://shop/orders", "returns": "s3://shop/returns"}.items():
    ScheduledReport(name, source=source, environment=environment, secrets=secrets)
