/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-remote-fixture.h"

#include <string.h>

#include "opt-catalogue.h"
#include "opt-json.h"

/* Who is let in, by the configuration; of the others nobody was told yet, but 667. */
#define TYPE_DOOR (door_get_type ())
G_DECLARE_FINAL_TYPE (Door, door, TEST, DOOR, GObject)

struct _Door
{
  GObject parent_instance;
};

static gboolean
door_judge (OptGate           *gate,
            OptTransaction    *transaction,
            const OptReceiver *receiver,
            OptUpdate         *update,
            OptSnapshot       *snapshot,
            OptVerdict        *verdict,
            GError           **error)
{
  OptConfig *config = snapshot == NULL ? NULL : opt_snapshot_get (snapshot, OPT_TYPE_CONFIG);

  verdict->kind = OPT_VERDICT_STRANGER;
  if (update->user_id == 0)
    verdict->kind = OPT_VERDICT_NOBODY;
  else if (config != NULL && opt_config_allows_id (config, update->user_id))
    verdict->kind = OPT_VERDICT_ALLOWED;
  else if (update->user_id == 668)
    verdict->kind = OPT_VERDICT_DENIED;
  verdict->may_greet = verdict->kind != OPT_VERDICT_ALLOWED && update->user_id != 667 &&
                       update->chat_kind == OPT_CHAT_PRIVATE;
  return TRUE;
}

static void
door_gate_init (OptGateInterface *iface)
{
  iface->judge = door_judge;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Door,
                               door,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_GATE, door_gate_init))

static void
door_class_init (DoorClass *klass)
{
}

static void
door_init (Door *self)
{
}

/* Nothing ever leaves. */
#define TYPE_WALL (wall_get_type ())
G_DECLARE_FINAL_TYPE (Wall, wall, TEST, WALL, GObject)

struct _Wall
{
  GObject parent_instance;
};

static void
wall_deliver (OptDelivery     *delivery,
              const OptParcel *parcel,
              GCancellable    *cancellable,
              OptDeliveredFunc done,
              gpointer         user_data)
{
  g_assert_not_reached ();
}

static void
wall_delivery_init (OptDeliveryInterface *iface)
{
  iface->deliver = wall_deliver;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Wall,
                               wall,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_DELIVERY, wall_delivery_init))

static void
wall_class_init (WallClass *klass)
{
}

static void
wall_init (Wall *self)
{
}

static void
append_labels (GString    *text,
               const char *markup)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = NULL;
  g_autoptr (JsonNode) node = opt_json_parse_object (markup, -1, &object, &error);
  JsonArray *rows;

  g_assert_no_error (error);
  rows = opt_json_get_array (object, "inline_keyboard");
  if (rows == NULL)
    {
      g_assert_true (opt_json_get_bool (object, "force_reply"));
      g_string_append_printf (text, " [reply: %s]",
                              opt_json_get_string (object, "input_field_placeholder"));
      return;
    }
  g_string_append (text, " [");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);

      for (guint k = 0; k < json_array_get_length (row); k++)
        g_string_append_printf (text, "%s%s", k > 0 ? "|" : i > 0 ? " / "
                                                                  : "",
                                opt_json_get_string (opt_json_array_get_object (row, k), "text"));
    }
  g_string_append_c (text, ']');
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (a, b);
}

static void
append_run (GString         *text,
            const OptEffect *effect)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (effect->parameters),
                                         compare_names);

  g_string_append_printf (text, "run %s", effect->target);
  for (GList *at = names; at != NULL; at = at->next)
    g_string_append_printf (text, " %s=%s", (char *)at->data,
                            (char *)g_hash_table_lookup (effect->parameters, at->data));
}

static void
append_say (GString         *text,
            const OptEffect *effect)
{
  if (effect->view != NULL)
    g_string_append_printf (text, "view %s %s", effect->view, effect->view_args);
  else if (effect->edit != 0)
    g_string_append_printf (text, "edit %d: %s", (int)effect->edit, effect->text);
  else
    g_string_append_printf (text, "say: %s", effect->text);
  if (effect->markup != NULL)
    append_labels (text, effect->markup);
  if (effect->reply_to != 0)
    g_string_append_printf (text, " (to %d)", (int)effect->reply_to);
  if (effect->topic != 0)
    g_string_append_printf (text, " (topic %d)", (int)effect->topic);
}

/* Reactors run on the writer's thread; by now it is committed. */
static void
committed (const OptReceiver *receiver,
           const OptEffect   *effect,
           gpointer           user_data)
{
  OptRemoteFixture *fixture = user_data;
  GString          *text = fixture->said;

  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (effect->origin != NULL)
    {
      g_free (fixture->origin);
      fixture->origin = g_strdup (effect->origin);
      fixture->requested = effect->requested;
      g_assert_cmpint (effect->reply_to, !=, 0);
      g_assert_cmpint (effect->user_id, !=, 0);
      g_assert_cmpint (effect->update_id, !=, 0);
    }
  g_assert_cmpint (effect->chat_id, !=, 0);
  switch (effect->kind)
    {
    case OPT_EFFECT_SAY:
      append_say (text, effect);
      break;
    case OPT_EFFECT_RUN:
      append_run (text, effect);
      break;
    case OPT_EFFECT_CANCEL:
      g_string_append_printf (text, "cancel %s", effect->target);
      break;
    case OPT_EFFECT_RELEASE:
      g_string_append_printf (text, "release %s", effect->target);
      break;
    case OPT_EFFECT_ANSWER:
      g_string_append_printf (text, "answer %s: %s", effect->target,
                              effect->text != NULL ? effect->text : "");
      break;
    case OPT_EFFECT_MOVED:
    case OPT_EFFECT_ACTION:
    default:
      g_assert_not_reached ();
    }
  if (effect->markup != NULL)
    {
      g_free (fixture->markup);
      fixture->markup = g_strdup (effect->markup);
    }
}

static void
set_facet (OptRemoteFixture *fixture,
           GType             type,
           gpointer          facet)
{
  OptSnapshot *old = g_object_get_data (G_OBJECT (fixture->ingest), "snapshot");
  OptSnapshot *snapshot = opt_snapshot_new_with (old, type, facet);

  opt_ingest_set_snapshot (fixture->ingest, snapshot);
  g_object_set_data_full (G_OBJECT (fixture->ingest), "snapshot", snapshot,
                          (GDestroyNotify)opt_snapshot_unref);
}

void
opt_remote_fixture_set_config (OptRemoteFixture *fixture,
                               const char       *roles,
                               const char       *rest)
{
  g_autofree char *all = g_strdup_printf ("[remote]\nrobot_id=vm91\n"
                                          "[telegram]\nvalid_user=1001, 1002\n"
                                          "[bot main]\nreceive=poll\nroles=%s\n%s",
                                          roles, rest);
  g_autoptr (OptConfigFile) file = opt_config_file_parse (all, strlen (all));
  g_autoptr (GPtrArray) problems = opt_config_problem_list_new ();
  OptConfigSurroundings surroundings = { 0 };

  g_clear_pointer (&fixture->config, opt_config_unref);
  fixture->config = opt_config_new_from_file (file, &surroundings, NULL, problems);
  g_assert_cmpuint (problems->len, ==, 0);
  opt_remote_set_config (fixture->remote, fixture->config);
  set_facet (fixture, OPT_TYPE_CONFIG, fixture->config);
}

/* Pairs of an id and a manifest's text. */
void
opt_remote_fixture_set_tasks (OptRemoteFixture  *fixture,
                              const char *const *manifests)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_task_unref);
  g_autoptr (OptCatalogue) catalogue = NULL;

  for (guint i = 0; manifests[i] != NULL; i += 2)
    {
      g_autofree char *file = g_strdup_printf ("/tasks/%s.task", manifests[i]);
      OptTask         *task = opt_task_new_from_manifest (file, manifests[i + 1], -1);

      g_ptr_array_add (tasks, task);
    }
  catalogue = opt_catalogue_new (tasks, NULL);
  set_facet (fixture, OPT_TYPE_CATALOGUE, catalogue);
}

void
opt_remote_fixture_set_up (OptRemoteFixture *fixture,
                           gconstpointer     data)
{
  const OptMigration *const migrations[] = { opt_ingest_migrations, opt_outbox_migrations,
                                             opt_remote_migrations, opt_job_migrations, NULL };
  g_autofree char          *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OptGate) gate = g_object_new (TYPE_DOOR, NULL);
  g_autoptr (OptDelivery) wall = g_object_new (TYPE_WALL, NULL);

  fixture->folder = opt_test_folder_new ();
  path = g_build_filename (fixture->folder, "optimus.db", NULL);
  fixture->store = opt_test_store_open (path, migrations, &error);
  g_assert_no_error (error);
  fixture->clock = opt_test_clock_new (OPT_REMOTE_FIXTURE_NOW);
  fixture->outbox = opt_outbox_new (fixture->store, OPT_CLOCK (fixture->clock), wall);
  fixture->ingest = opt_ingest_new (fixture->store);
  fixture->remote = opt_remote_new (fixture->store, OPT_CLOCK (fixture->clock), fixture->outbox,
                                    NULL);
  fixture->said = g_string_new (NULL);
  fixture->receiver = (OptReceiver){ OPT_REMOTE_FIXTURE_BOT, "main", "My_bot", 0 };
  fixture->update_id = 100;
  fixture->message_id = 1000;
  opt_ingest_set_gate (fixture->ingest, gate);
  opt_ingest_add_reactor (fixture->ingest, OPT_REACTOR (fixture->remote));
  for (OptEffectKind kind = 0; kind < OPT_N_EFFECT_KINDS; kind++)
    opt_ingest_set_effect (fixture->ingest, kind, NULL, committed, fixture);
  g_object_set_data_full (G_OBJECT (fixture->ingest), "snapshot", opt_snapshot_new (),
                          (GDestroyNotify)opt_snapshot_unref);
  opt_remote_fixture_set_config (fixture, "remote;notify", "");
}

void
opt_remote_fixture_tear_down (OptRemoteFixture *fixture,
                              gconstpointer     data)
{
  opt_test_store_close (fixture->store);
  g_assert_finalize_object (fixture->ingest);
  g_assert_finalize_object (fixture->remote);
  g_assert_finalize_object (fixture->outbox);
  g_assert_finalize_object (fixture->store);
  g_assert_finalize_object (fixture->clock);
  opt_config_unref (fixture->config);
  g_string_free (fixture->said, TRUE);
  g_free (fixture->markup);
  g_free (fixture->origin);
  opt_test_folder_free (fixture->folder);
}

const char *
opt_remote_fixture_take_json (OptRemoteFixture *fixture,
                              const char       *json)
{
  g_autoptr (GPtrArray) updates = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_update_unref);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object = NULL;
  g_autoptr (JsonNode) node = opt_json_parse_object (json, -1, &object, &error);
  gint64 offset = 0;

  g_assert_no_error (error);
  g_ptr_array_add (updates, opt_update_new_from_json (object, &error));
  g_assert_no_error (error);
  g_string_truncate (fixture->said, 0);
  fixture->receiver.now = opt_clock_get_wall (OPT_CLOCK (fixture->clock));
  opt_ingest_take_async (fixture->ingest, &fixture->receiver, updates, NULL, opt_test_take_result,
                         &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_ingest_take_finish (fixture->ingest, result, &offset, &error));
  g_assert_no_error (error);
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM updates "
                                                       "WHERE problem IS NOT NULL"),
                   ==, 0);
  return fixture->said->str;
}

static char *
write_chat (const OptRemoteMessage *message)
{
  if (message->chat == 0)
    return g_strdup_printf ("{\"id\":%d,\"type\":\"private\"}", (int)message->user);
  return g_strdup_printf ("{\"id\":%d,\"type\":\"supergroup\",\"title\":\"G\"}",
                          (int)message->chat);
}

static char *
write_text (const char *text)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);

  return json_to_string (node, FALSE);
}

const char *
opt_remote_fixture_send (OptRemoteFixture       *fixture,
                         const OptRemoteMessage *message)
{
  g_autofree char *chat = write_chat (message);
  g_autofree char *text = write_text (message->text);
  g_autofree char *reply = NULL;
  g_autofree char *topic = NULL;
  g_autofree char *json = NULL;
  gint64           now = opt_clock_get_wall (OPT_CLOCK (fixture->clock)) / G_USEC_PER_SEC;
  int              command = *message->text == '/' ? (int)strcspn (message->text, " \n") : 0;

  if (message->reply_to != 0)
    reply = g_strdup_printf (",\"reply_to_message\":{\"message_id\":%d,\"from\":{\"id\":%d}}",
                             (int)message->reply_to, OPT_REMOTE_FIXTURE_BOT);
  if (message->topic != 0)
    topic = g_strdup_printf (",\"is_topic_message\":true,\"message_thread_id\":%d",
                             (int)message->topic);
  json = g_strdup_printf (
    "{\"update_id\":%d,\"%s\":{\"message_id\":%d,\"date\":%d,"
    "\"from\":{\"id\":%d,\"is_bot\":false,\"first_name\":\"A\"},\"chat\":%s,\"text\":%s,"
    "\"entities\":[{\"type\":\"%s\",\"offset\":0,\"length\":%d}]%s%s%s}}",
    (int)++fixture->update_id, message->kind != NULL ? message->kind : "message",
    (int)(fixture->message_id += 2), (int)(now - message->age), (int)message->user, chat, text,
    command > 0 ? "bot_command" : "bold", command > 0 ? command : 1, reply != NULL ? reply : "",
    topic != NULL ? topic : "", message->extra != NULL ? message->extra : "");
  return opt_remote_fixture_take_json (fixture, json);
}

const char *
opt_remote_fixture_say (OptRemoteFixture *fixture,
                        gint64            user,
                        const char       *text)
{
  OptRemoteMessage message = { .user = user, .text = text };

  return opt_remote_fixture_send (fixture, &message);
}

const char *
opt_remote_fixture_press (OptRemoteFixture *fixture,
                          gint64            user,
                          gint64            chat,
                          const char       *data)
{
  OptRemoteMessage message = { .user = user, .chat = chat };
  g_autofree char *place = write_chat (&message);
  g_autofree char *json = NULL;

  json = g_strdup_printf (
    "{\"update_id\":%d,\"callback_query\":{\"id\":\"q\",\"from\":{\"id\":%d,\"is_bot\":false,"
    "\"first_name\":\"A\"},\"data\":\"%s\",\"message\":{\"message_id\":%d,\"date\":1799999990,"
    "\"from\":{\"id\":%d,\"is_bot\":true,\"first_name\":\"B\"},\"chat\":%s,\"text\":\"x\"}}}",
    (int)++fixture->update_id, (int)user, data, (int)fixture->message_id + 1,
    OPT_REMOTE_FIXTURE_BOT, place);
  return opt_remote_fixture_take_json (fixture, json);
}

char *
opt_remote_fixture_get_button (OptRemoteFixture *fixture,
                               const char       *label)
{
  JsonObject *object = NULL;
  g_autoptr (JsonNode) node = opt_json_parse_object (fixture->markup, -1, &object, NULL);
  JsonArray *rows = opt_json_get_array (object, "inline_keyboard");

  g_assert_nonnull (rows);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);

      for (guint k = 0; k < json_array_get_length (row); k++)
        {
          JsonObject *button = opt_json_array_get_object (row, k);

          if (strcmp (opt_json_get_string (button, "text"), label) == 0)
            return g_strdup (opt_json_get_string (button, "callback_data"));
        }
    }
  g_error ("there is no button %s in %s", label, fixture->markup);
}

static gboolean
is_idle (gpointer data)
{
  OptRemoteFixture *fixture = data;

  return opt_store_is_idle (fixture->store);
}

void
opt_remote_fixture_wait_idle (OptRemoteFixture *fixture)
{
  opt_test_wait_until (is_idle, fixture);
}

void
opt_remote_fixture_assert (const char *text,
                           const char *pattern)
{
  if (!g_pattern_match_simple (pattern, text))
    g_error ("got:\n%s\nwanted:\n%s", text, pattern);
}

void
opt_remote_fixture_expect (OptRemoteFixture *fixture,
                           gint64            user,
                           const char       *text,
                           const char       *pattern)
{
  opt_remote_fixture_assert (opt_remote_fixture_say (fixture, user, text), pattern);
}
