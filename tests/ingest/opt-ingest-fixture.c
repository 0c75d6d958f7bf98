/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ingest-fixture.h"

#include "opt-fake-gate.h"
#include "opt-fake-reactor.h"
#include "opt-json.h"

static const OptMigration tables[] = {
  { "test", 1,
    "CREATE TABLE knocks(user_id BIGINT);"
    "CREATE TABLE words(word TEXT PRIMARY KEY);"
    "CREATE TABLE said(id INTEGER PRIMARY KEY, bot_id BIGINT, chat_id BIGINT, update_id BIGINT, "
    "text TEXT CHECK (text <> 'bad'), "
    "word TEXT REFERENCES words(word) DEFERRABLE INITIALLY DEFERRED);" },
  { NULL, 0, NULL },
};

static gboolean
apply_say (OptTransaction    *transaction,
           const OptReceiver *receiver,
           const OptEffect   *effect,
           gpointer           user_data,
           GError           **error)
{
  return opt_transaction_run (transaction, error,
                              "INSERT INTO said(bot_id, chat_id, update_id, text, word) "
                              "VALUES ($1, $2, $3, $4, $5)",
                              "iiiss", receiver->bot_id, effect->chat_id, effect->update_id,
                              effect->text,
                              g_strcmp0 (effect->text, "late") == 0 ? "nowhere" : NULL);
}

static gboolean
apply_move (OptTransaction    *transaction,
            const OptReceiver *receiver,
            const OptEffect   *effect,
            gpointer           user_data,
            GError           **error)
{
  return opt_transaction_run (transaction, error,
                              "UPDATE said SET chat_id = $2 WHERE chat_id = $1", "ii",
                              effect->chat_id, effect->new_chat_id);
}

static void
committed (const OptReceiver *receiver,
           const OptEffect   *effect,
           gpointer           user_data)
{
  OptIngestFixture *fixture = user_data;

  g_assert_cmpstr (receiver->name, ==, "main");
  g_string_append_printf (fixture->told, "%d:%s ", effect->kind,
                          effect->text != NULL ? effect->text : "");
}

void
opt_ingest_fixture_set_up (OptIngestFixture *fixture,
                           gconstpointer     data)
{
  const OptMigration *const migrations[] = { opt_ingest_migrations, tables, NULL };
  g_autoptr (OptFakeGate) gate = opt_fake_gate_new ();
  g_autoptr (OptFakeReactor) reactor = opt_fake_reactor_new (g_thread_self ());
  g_autoptr (GError) error = NULL;

  fixture->folder = opt_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "optimus.db", NULL);
  fixture->store = opt_test_store_open (fixture->path, migrations, &error);
  g_assert_no_error (error);
  fixture->ingest = opt_ingest_new (fixture->store);
  fixture->told = g_string_new (NULL);
  fixture->updates = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_update_unref);
  fixture->receiver = (OptReceiver){ 7, "main", "main_bot", OPT_INGEST_FIXTURE_NOW };
  opt_ingest_set_gate (fixture->ingest, OPT_GATE (gate));
  opt_ingest_add_reactor (fixture->ingest, OPT_REACTOR (reactor));
  for (OptEffectKind kind = 0; kind < OPT_N_EFFECT_KINDS; kind++)
    opt_ingest_set_effect (fixture->ingest, kind, NULL, committed, fixture);
  opt_ingest_set_effect (fixture->ingest, OPT_EFFECT_SAY, apply_say, committed, fixture);
  opt_ingest_set_effect (fixture->ingest, OPT_EFFECT_MOVED, apply_move, committed, fixture);
}

void
opt_ingest_fixture_tear_down (OptIngestFixture *fixture,
                              gconstpointer     data)
{
  opt_test_store_close (fixture->store);
  g_assert_finalize_object (fixture->ingest);
  g_assert_finalize_object (fixture->store);
  g_ptr_array_unref (fixture->updates);
  g_string_free (fixture->told, TRUE);
  g_free (fixture->path);
  opt_test_folder_free (fixture->folder);
}

void
opt_ingest_fixture_add_json (OptIngestFixture *fixture,
                             const char       *json)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = NULL;
  g_autoptr (JsonNode) node = opt_json_parse_object (json, -1, &object, &error);
  OptUpdate *update;

  g_assert_no_error (error);
  update = opt_update_new_from_json (object, &error);
  g_assert_no_error (error);
  g_ptr_array_add (fixture->updates, update);
}

/* A message in a private chat; a command when it begins with a slash. */
void
opt_ingest_fixture_add (OptIngestFixture *fixture,
                        gint64            update_id,
                        gint64            user_id,
                        const char       *text)
{
  g_autofree char *json = g_strdup_printf (
    "{\"update_id\":%d,\"message\":{\"message_id\":1,\"date\":1800000000,"
    "\"from\":{\"id\":%d,\"is_bot\":false,\"first_name\":\"A\"},"
    "\"chat\":{\"id\":%d,\"type\":\"private\"},\"text\":\"%s\","
    "\"entities\":[{\"type\":\"bot_command\",\"offset\":0,\"length\":%d}]}}",
    (int)update_id, (int)user_id, (int)user_id, text,
    (int)(text[0] == '/' ? strcspn (text, " ") : 1));

  opt_ingest_fixture_add_json (fixture, json);
}

gboolean
opt_ingest_fixture_take (OptIngestFixture *fixture,
                         gint64           *offset,
                         GError          **error)
{
  g_autoptr (GPtrArray) updates = g_steal_pointer (&fixture->updates);
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  fixture->updates = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_update_unref);
  opt_ingest_take_async (fixture->ingest, &fixture->receiver, updates, NULL, opt_test_take_result,
                         &slot);
  result = opt_test_wait_result (&slot);
  return opt_ingest_take_finish (fixture->ingest, result, offset, error);
}

gint64
opt_ingest_fixture_take_good (OptIngestFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gint64 offset = -1;

  opt_ingest_fixture_take (fixture, &offset, &error);
  g_assert_no_error (error);
  return offset;
}

gint64
opt_ingest_fixture_load (OptIngestFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  gint64        offset = -1;

  opt_ingest_load_offset_async (fixture->ingest, fixture->receiver.bot_id, NULL,
                                opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  opt_ingest_load_offset_finish (fixture->ingest, result, &offset, &error);
  g_assert_no_error (error);
  return offset;
}

gint64
opt_ingest_fixture_ask (OptIngestFixture *fixture,
                        const char       *sql)
{
  return opt_test_store_ask (fixture->store, sql);
}
