/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-people-gate.h"

#include <string.h>

#include "opt-clock.h"
#include "opt-config.h"
#include "opt-id.h"
#include "opt-text.h"

/* Strangers cost a row each; who floods us pushes out other strangers, never those who are
 * served. */
#define STRANGERS_MAX 10000
/* Room is made for so many at a time, so that it is not made for each. */
#define STRANGERS_DROPPED 100
/* Of those who are served, last_seen is this exact; so most updates write nothing. */
#define SEEN_US        (60 * OPT_SECOND)
#define DAY_US         (24 * 60 * 60 * OPT_SECOND)
#define NAME_SHOWN_MAX 128

struct _OptPeopleGate
{
  GObject parent_instance;
};

/* Times are microseconds since 1970, greeted_day days; a pin's name is folded. */
const OptMigration opt_people_migrations[] = {
  { "people", 1,
    "CREATE TABLE people_persons ("
    "  id BIGINT NOT NULL PRIMARY KEY,"
    "  username TEXT,"
    "  name TEXT,"
    "  first_seen BIGINT NOT NULL,"
    "  last_seen BIGINT NOT NULL,"
    "  served BIGINT NOT NULL,"
    "  attempts BIGINT NOT NULL,"
    "  greeted_day BIGINT NOT NULL);"
    "CREATE INDEX people_persons_seen ON people_persons (served, last_seen);"
    "CREATE TABLE people_pins ("
    "  name TEXT NOT NULL PRIMARY KEY,"
    "  id BIGINT NOT NULL,"
    "  pinned BIGINT NOT NULL);"
    "CREATE INDEX people_pins_id ON people_pins (id);" },
  { NULL, 0, NULL },
};

/* One call of judge. */
typedef struct
{
  OptTransaction    *transaction;
  const OptReceiver *receiver;
  OptUpdate         *update;
  OptConfig         *config; /* (nullable) */
  char              *folded; /* (owned) (nullable): the username to look up by */
} Visit;

/* What is stored of the person, if anything. */
typedef struct
{
  gboolean exists;
  gboolean is_fresh; /* nothing to write of someone who is served */
  gint64   greeted_day;
} Record;

static void
visit_clear (Visit *self)
{
  g_free (self->folded);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Visit, visit_clear)

/* Terminals and chats must not be steered by how somebody calls himself. */
static char *
clean_name (const char *name)
{
  char *clean;

  if (name == NULL)
    return NULL;
  clean = opt_text_shorten (name, NAME_SHOWN_MAX);
  for (char *at = clean; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  return clean;
}

static gboolean
read_record (const Visit *visit,
             Record      *record,
             GError     **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *name = clean_name (visit->update->name);

  rows = opt_transaction_query (visit->transaction, error,
                                "SELECT username, name, last_seen, served, greeted_day"
                                " FROM people_persons WHERE id = $1",
                                "i", visit->update->user_id);
  if (rows == NULL)
    return FALSE;
  if (opt_rows_next (rows, &failure))
    {
      gint64 age = visit->receiver->now - opt_rows_get_int (rows, 2);

      record->exists = TRUE;
      record->is_fresh = opt_rows_get_int (rows, 3) != 0 && age >= 0 && age < SEEN_US &&
                         g_strcmp0 (opt_rows_get_text (rows, 0), visit->update->username) == 0 &&
                         g_strcmp0 (opt_rows_get_text (rows, 1), name) == 0;
      record->greeted_day = opt_rows_get_int (rows, 4);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Whether the id is pinned to a name that is let in; the name may have gone to somebody else
 * since. */
static gboolean
is_pinned (const Visit *visit,
           gboolean    *pinned,
           GError     **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) failure = NULL;

  *pinned = FALSE;
  rows = opt_transaction_query (visit->transaction, error,
                                "SELECT name FROM people_pins WHERE id = $1", "i",
                                visit->update->user_id);
  if (rows == NULL)
    return FALSE;
  while (!*pinned && opt_rows_next (rows, &failure))
    *pinned = opt_config_allows_name (visit->config, opt_rows_get_text (rows, 0));
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Pins the name to whoever comes with it first. @mine: (out): whether that is this one */
static gboolean
pin_name (const Visit *visit,
          gboolean    *mine,
          GError     **error)
{
  g_autoptr (GError) failure = NULL;
  gint64 owner = 0;

  if (!opt_transaction_run (visit->transaction, error,
                            "INSERT INTO people_pins (name, id, pinned) VALUES ($1, $2, $3)"
                            " ON CONFLICT (name) DO NOTHING",
                            "sii", visit->folded, visit->update->user_id, visit->receiver->now))
    return FALSE;
  opt_transaction_query_int (visit->transaction, &owner, &failure,
                             "SELECT id FROM people_pins WHERE name = $1", "s", visit->folded);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *mine = owner == visit->update->user_id;
  return TRUE;
}

static gboolean
decide (const Visit    *visit,
        const Record   *record,
        OptVerdictKind *kind,
        GError        **error)
{
  gboolean is_named = FALSE;
  gboolean is_known = FALSE;
  gboolean mine = FALSE;

  *kind = OPT_VERDICT_STRANGER;
  if (visit->config == NULL)
    return TRUE;
  is_named = visit->folded != NULL && opt_config_allows_name (visit->config, visit->folded);
  is_known = opt_config_allows_id (visit->config, visit->update->user_id);
  if (!is_known && !is_pinned (visit, &is_known, error))
    return FALSE;
  /* Someone who is served anyway gets a name that is still free too, but it isn't asked for
   * each time. */
  if (is_named && !(is_known && record->is_fresh) && !pin_name (visit, &mine, error))
    return FALSE;
  if (is_known || mine)
    *kind = OPT_VERDICT_ALLOWED;
  else if (is_named)
    *kind = OPT_VERDICT_DENIED;
  return TRUE;
}

static gboolean
is_for_bot (const OptReceiver *receiver,
            const OptUpdate   *update)
{
  g_autofree char *mention = NULL;
  const char      *found;

  if (update->kind == OPT_UPDATE_CALLBACK)
    return TRUE;
  if (update->kind != OPT_UPDATE_MESSAGE)
    return FALSE;
  if (update->chat_kind == OPT_CHAT_PRIVATE || update->reply_to_user_id == receiver->bot_id)
    return TRUE;
  if (update->command != NULL)
    return update->command_bot == NULL || opt_name_equal (update->command_bot, receiver->username);
  if (update->text == NULL || receiver->username == NULL)
    return FALSE;
  mention = g_strconcat ("@", receiver->username, NULL);
  found = strcasestr (update->text, mention);
  return found != NULL && !g_ascii_isalnum (found[strlen (mention)]) &&
         found[strlen (mention)] != '_';
}

/* Makes room by forgetting those strangers who were not here for longest. */
static gboolean
drop_strangers (OptTransaction *transaction,
                GError        **error)
{
  g_autoptr (GError) failure = NULL;
  gint64 strangers = 0;

  opt_transaction_query_int (transaction, &strangers, &failure,
                             "SELECT count(*) FROM people_persons WHERE served = 0", "");
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (strangers < STRANGERS_MAX)
    return TRUE;
  return opt_transaction_run (transaction, error,
                              "DELETE FROM people_persons WHERE id IN"
                              " (SELECT id FROM people_persons WHERE served = 0"
                              "  ORDER BY last_seen LIMIT $1)",
                              "i", strangers - STRANGERS_MAX + STRANGERS_DROPPED);
}

static gboolean
write_record (const Visit *visit,
              gboolean     is_served,
              gint64       greeted_day,
              GError     **error)
{
  g_autofree char *name = clean_name (visit->update->name);

  return opt_transaction_run (visit->transaction, error,
                              "INSERT INTO people_persons (id, username, name,"
                              "  first_seen, last_seen, served, attempts, greeted_day)"
                              " VALUES ($1, $2, $3, $4, $4, $5, $6, $7)"
                              " ON CONFLICT (id) DO UPDATE SET"
                              "  username = excluded.username, name = excluded.name,"
                              "  last_seen = excluded.last_seen, served = excluded.served,"
                              "  attempts = people_persons.attempts + excluded.attempts,"
                              "  greeted_day = excluded.greeted_day",
                              "issiiii", visit->update->user_id, visit->update->username, name,
                              visit->receiver->now, (gint64)is_served, (gint64)!is_served,
                              greeted_day);
}

static gboolean
turn_away (const Visit  *visit,
           const Record *record,
           OptVerdict   *verdict,
           GError      **error)
{
  gint64   today = visit->receiver->now / DAY_US;
  gboolean is_private = visit->update->chat_kind == OPT_CHAT_PRIVATE;

  /* What people say to each other in a group is no attempt, and none of our business. */
  if (!is_for_bot (visit->receiver, visit->update))
    return TRUE;
  if (!record->exists && !drop_strangers (visit->transaction, error))
    return FALSE;
  if (verdict->kind == OPT_VERDICT_DENIED)
    g_message ("user %" G_GINT64_FORMAT " came as @%s, a name that is pinned to another id",
               visit->update->user_id, visit->folded);
  verdict->may_greet = is_private && record->greeted_day != today;
  return write_record (visit, FALSE, verdict->may_greet ? today : record->greeted_day, error);
}

static gboolean
opt_people_gate_judge (OptGate           *gate,
                       OptTransaction    *transaction,
                       const OptReceiver *receiver,
                       OptUpdate         *update,
                       OptSnapshot       *snapshot,
                       OptVerdict        *verdict,
                       GError           **error)
{
  g_auto (Visit) visit = { transaction, receiver, update, NULL, NULL };
  Record record = { FALSE, FALSE, -1 };

  *verdict = (OptVerdict){ OPT_VERDICT_NOBODY, FALSE };
  if (update->user_id == 0 || update->user_is_bot || update->by_chat ||
      update->kind == OPT_UPDATE_CHANNEL_POST)
    return TRUE;
  visit.config = snapshot == NULL ? NULL : opt_snapshot_get (snapshot, OPT_TYPE_CONFIG);
  visit.folded = update->username == NULL ? NULL : opt_name_fold (update->username);
  if (!read_record (&visit, &record, error) || !decide (&visit, &record, &verdict->kind, error))
    return FALSE;
  if (verdict->kind != OPT_VERDICT_ALLOWED)
    return turn_away (&visit, &record, verdict, error);
  return record.is_fresh || write_record (&visit, TRUE, record.greeted_day, error);
}

static void
opt_people_gate_iface_init (OptGateInterface *iface)
{
  iface->judge = opt_people_gate_judge;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptPeopleGate,
                               opt_people_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_GATE, opt_people_gate_iface_init))

static void
opt_people_gate_class_init (OptPeopleGateClass *klass)
{
}

static void
opt_people_gate_init (OptPeopleGate *self)
{
}

/**
 * opt_people_gate_new:
 *
 * Makes the gate that lets in who stands in `telegram.valid_user`: by id, or by a name, which
 * is pinned to the first id that comes with it, since names are rented. It counts who is
 * turned away. It needs opt_people_migrations and the facet #OptConfig; without that nobody is
 * let in.
 *
 * Returns: (transfer full): a new gate
 */
OptGate *
opt_people_gate_new (void)
{
  return g_object_new (OPT_TYPE_PEOPLE_GATE, NULL);
}
