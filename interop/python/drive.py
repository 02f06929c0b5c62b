"""Makes calls with the azure-servicefabric client, and prints the outcome of each.

usage: drive.py URL < calls.json > outcomes.json

A call is {"name": operationId, "args": [...]}; its outcome has a result, or else an error.
"""
import json
import re
import sys

from azure.servicefabric import ServiceFabricClientAPIs
from azure.servicefabric.models import FabricErrorException
from msrest.authentication import Authentication


def method_of(operation):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def make(client, call):
    try:
        result = getattr(client, method_of(call["name"]))(*call["args"])
        return {"result": result and result.serialize(keep_readonly=True)}
    except FabricErrorException as e:
        return {"error": f"{e.response.status_code} {e.error.error.code}"}
    except Exception as e:  # what a user of the client would see
        return {"error": type(e).__name__}


client = ServiceFabricClientAPIs(Authentication(), base_url=sys.argv[1])
json.dump([make(client, call) for call in json.load(sys.stdin)], sys.stdout)
