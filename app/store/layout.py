"""Where everything is stored: worlds, the kinds of owners, and the names of their tables.

    World     Kind          Name                     Tables
    any       project       id                       project, integrations, alertConfigs, settings,
                                                     automation, backups, agentKeys
    any       organization  id                       organization, names, deleted, teams
    any       tenant        id                       tenant, installed, activity, alerts
    any       application   application              application, users, globalAlertConfigs,
                                                     what has no other owner
    any       apiKey        public key               apiKey, of a key made or changed over an API
    any       application   versionManifest          application, versionManifest
    any       alert         id                       alert
    any       delivery      <alert>.<number>         delivery
    any       settings      settings                 settings
    any       stubs         stubs                    stubs
    NO_WORLD  key           public key or client id  apiKey, token
    NO_WORLD  token         SHA-256 of the token     token
    NO_WORLD  world         name                     world
    NO_WORLD  newWorld      name                     newWorld, while the world is being made
    NO_WORLD  snapshot      <world>/<name>           one per owner, called <kind>/<name>
    NO_WORLD  state         planted                  state

Keys are in no world, because they choose the world of a request. The table that has the
name of a kind holds one document: what the owner itself is.
"""

from .base import Owner

DEFAULT_WORLD = "default"
NO_WORLD = "global"  # no world may have this name

# Kinds of owners, and the tables that describe them.
PROJECT = "project"
ORGANIZATION = "organization"
TENANT = "tenant"
ALERT = "alert"  # of MongoDB's projects; OpsRamp's are in the table `alerts` of tenants
DELIVERY = "delivery"  # what an alert sends to one receiver
APPLICATION = "application"  # Ops Manager itself: an owner of this name, and VERSION_MANIFEST
KEY = "key"
TOKEN = "token"
WORLD = "world"
NEW_WORLD = "newWorld"
SNAPSHOT = "snapshot"
STATE = "state"

# Further tables of projects, organizations, tenants and keys.
INTEGRATIONS = "integrations"  # by type name
ALERT_CONFIGS = "alertConfigs"  # by id
SETTINGS = "settings"  # also the kind of what a seed sets for its world
AUTOMATION = "automation"  # one document: what mongodb/automation/deployment.py describes
AGENT_KEYS = "agentKeys"  # by id
BACKUPS = "backups"  # by the id of a cluster
STUBS = "stubs"  # also their owner's kind and name; by number
PROJECT_NAMES = "names"  # ids of projects by name
DELETED_PROJECTS = "deleted"  # when projects were deleted, in seconds of the epoch, by id
USERS = "users"  # by username
TEAMS = "teams"  # by id
INVITATIONS = "invitations"  # by id; of organizations and projects
PROJECT_TEAMS = "projectTeams"  # the roles of teams in a project, by the ids of the teams
INSTALLED = "installed"  # by id
ACTIVITY = "activity"  # by number
ALERTS = "alerts"  # one document, ALERT_LOG
API_KEY = "apiKey"  # by public key; also the kind of what an API made or changed of a key
VERSION_MANIFEST = "versionManifest"  # one document, which may be large

# Documents in the table `token`: a key's current token, and when its other tokens expire.
CURRENT_TOKEN = "present"
ADDED_TOKENS = "added"

# Documents in a project's table `settings`.
PROJECT_SETTINGS = "settings"
MANAGED_SLOW_MS = "managedSlowMs"

# The document in a tenant's table `alerts`: the alerts kept, and the last number given to one.
ALERT_LOG = "log"

# The owner that exists once the seed was planted, and its only document.
PLANTED = "planted"
PLANTED_OWNER = Owner(NO_WORLD, STATE, PLANTED)
