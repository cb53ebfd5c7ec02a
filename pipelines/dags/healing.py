"""Answers alerts of Cloud Monitoring: reads one, says what it would do, and writes that down.

It changes nothing by itself. A row of the table of incidents is a proposal; who carries it out looks at its column
`approval`: `none` may go ahead, `one` waits for a person, `strict` for two of whom neither asked for it.

Variables come from the wiring of the platform. `HEALING_MODEL_URL` is the address of a deployed model within the network;
without it a short list of rules decides.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import datetime, timedelta, timezone

from airflow.decorators import dag, task
from airflow.providers.google.cloud.hooks.bigquery import BigQueryHook
from airflow.providers.google.cloud.hooks.pubsub import PubSubHook
from airflow.providers.google.cloud.sensors.pubsub import PubSubPullSensor

PROJECT = os.environ["TERRALAKE_PROJECT"]
SUBSCRIPTION = os.environ["TERRALAKE_HEALING_SUBSCRIPTION"]
INCIDENTS = os.environ["TERRALAKE_HEALING_INCIDENTS"]
APPROVAL = os.environ["APPROVAL"]
MODEL_URL = os.environ.get("HEALING_MODEL_URL")
CONNECTION = "terralake"

# The most alerts of one run: a storm of alerts becomes several runs, not one that takes for ever.
BATCH = 20

# What to do while no model is deployed, by a word in the name of the alert's policy; the first that is found.
RULES = (
    ("volume", "grow the volume"),
    ("restarts", "restart the workload with its last version that worked"),
    ("backup", "run the backup again"),
    ("node", "drain the node and let another take its place"),
)
UNKNOWN = "ask a person"

log = logging.getLogger(__name__)
log.setLevel(os.environ.get("LOG_LEVEL", "INFO"))


def read_alert(data: bytes) -> dict:
    """The parts of a notification that matter; whatever is missing is empty, as Google may change its form.

    https://cloud.google.com/monitoring/support/notification-options#schema-pubsub
    """
    try:
        notification = json.loads(data)
    except ValueError:
        notification = {}
    incident = notification.get("incident") if isinstance(notification, dict) else None
    if not isinstance(incident, dict):
        incident = {}
    return {
        "incident_id": incident.get("incident_id") or "unknown",
        "policy": incident.get("policy_name") or "",
        "resource": incident.get("resource_name") or "",
        "state": incident.get("state") or "open",
    }


def propose_by_rule(alert: dict) -> str:
    """What the first rule says that knows the policy."""
    policy = alert["policy"].lower()
    return next((action for word, action in RULES if word in policy), UNKNOWN)


def propose(alert: dict) -> str:
    """What the model would do, or a rule where there is no model or it does not answer."""
    if alert["state"] == "closed":
        return "nothing: it is over"
    if not MODEL_URL:
        return propose_by_rule(alert)
    import requests

    try:
        answer = requests.post(MODEL_URL, json={"instances": [alert]}, timeout=30)
        answer.raise_for_status()
        return str(answer.json()["predictions"][0])
    except (requests.RequestException, KeyError, IndexError, ValueError):
        log.exception("the model does not answer; a rule decides")
        return propose_by_rule(alert)


@dag(
    dag_id="healing",
    description="Answers alerts of Cloud Monitoring",
    schedule="@continuous",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
    tags=["terralake"],
    doc_md=__doc__,
)
def healing():
    # Deferred, so that waiting takes no worker; acknowledged only when the alert is written down.
    wait = PubSubPullSensor(
        task_id="wait_for_alert",
        project_id=PROJECT,
        subscription=SUBSCRIPTION,
        max_messages=BATCH,
        ack_messages=False,
        deferrable=True,
        gcp_conn_id=CONNECTION,
    )

    @task
    def answer(messages: list) -> int:
        import base64

        received = datetime.now(timezone.utc).isoformat()
        rows, acknowledgements = [], []
        for message in messages:
            alert = read_alert(base64.b64decode(message["message"].get("data", "")))
            proposal = propose(alert)
            log.info("%s %s: %s", alert["policy"], alert["state"], proposal)
            rows.append({**alert, "received_at": received, "proposal": proposal, "approval": APPROVAL})
            acknowledgements.append(message["ack_id"])
        if rows:
            client = BigQueryHook(gcp_conn_id=CONNECTION).get_client(project_id=PROJECT)
            # The id of the message keeps a second delivery from becoming a second row.
            ids = [message["message"].get("message_id") for message in messages]
            errors = client.insert_rows_json(INCIDENTS, rows, row_ids=ids)
            if errors:
                raise RuntimeError(f"{len(errors)} incidents were refused: {errors}")
            PubSubHook(gcp_conn_id=CONNECTION).acknowledge(
                project_id=PROJECT, subscription=SUBSCRIPTION, ack_ids=acknowledgements
            )
        return len(rows)

    answer(wait.output)


healing()
