/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-config.h"
#include "opt-json.h"
#include "opt-people-gate.h"
#include "opt-person.h"
#include "opt-test-store.h"
#include "opt-test.h"

#define SECOND ((gint64)G_USEC_PER_SEC)
#define DAY    (24 * 60 * 60 * SECOND)
/* Noon of 2026-11-20 UTC. */
#define NOON   (G_GINT64_CONSTANT (1795176000) * SECOND)
#define BOT_ID 555
#define GROUP  (-100123)

typedef struct
{
  OptTestFolder *folder; /* (owned) */
  OptStore      *store;  /* (owned) */
  OptGate       *gate;   /* (owned) */
  OptConfig     *config; /* (owned) */
  gint64         now;
} Fixture;

static void
set_users (Fixture    *fixture,
           const char *users)
{
  g_autofree char *text = g_strdup_printf ("[telegram]\nvalid_user=%s\n", users);
  g_autoptr (OptConfigFile) file = opt_config_file_parse (text, strlen (text));
  g_autoptr (GPtrArray) problems = opt_config_problem_list_new ();
  OptConfigSurroundings surroundings = { NULL, NULL };

  g_clear_pointer (&fixture->config, opt_config_unref);
  fixture->config = opt_config_new_from_file (file, &surroundings, NULL, problems);
  g_assert_cmpuint (problems->len, ==, 0);
}

static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  static const OptMigration *const migrations[] = { opt_people_migrations, NULL };
  g_autofree char                 *path = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = opt_test_folder_new ();
  path = g_build_filename (fixture->folder, "optimus.db", NULL);
  fixture->store = opt_test_store_open (path, migrations, &error);
  g_assert_no_error (error);
  fixture->gate = opt_people_gate_new ();
  fixture->now = NOON;
  set_users (fixture, "@John, 1001");
}

static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  opt_test_store_close (fixture->store);
  g_assert_finalize_object (fixture->store);
  g_assert_finalize_object (OPT_PEOPLE_GATE (fixture->gate));
  opt_config_unref (fixture->config);
  opt_test_folder_free (fixture->folder);
}

/* One update and what the gate says to it. */
typedef struct
{
  Fixture     *fixture;
  OptUpdate   *update;
  OptSnapshot *snapshot;
  OptVerdict   verdict;
} Visit;

static gboolean
judge_func (OptTransaction *transaction,
            gpointer        data,
            GError        **error)
{
  Visit            *visit = data;
  const OptReceiver receiver = { BOT_ID, "main", "OptBot", visit->fixture->now };

  return opt_gate_judge (visit->fixture->gate, transaction, &receiver, visit->update,
                         visit->snapshot, &visit->verdict, error);
}

static OptVerdict
judge (Fixture    *fixture,
       const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (OptUpdate) update = NULL;
  g_autoptr (OptSnapshot) empty = opt_snapshot_new ();
  g_autoptr (OptSnapshot) full = NULL;
  JsonObject *object = NULL;
  Visit       visit = { .fixture = fixture };

  node = opt_json_parse_object (json, -1, &object, &error);
  g_assert_no_error (error);
  update = opt_update_new_from_json (object, &error);
  g_assert_no_error (error);
  full = opt_snapshot_new_with (empty, OPT_TYPE_CONFIG, fixture->config);
  visit.update = update;
  visit.snapshot = full;
  opt_test_store_write (fixture->store, judge_func, &visit, &error);
  g_assert_no_error (error);
  return visit.verdict;
}

/* @username: (nullable) */
static OptVerdict
says (Fixture    *fixture,
      gint64      user,
      const char *username,
      gint64      chat,
      const char *text)
{
  g_autofree char *name = username == NULL ? g_strdup ("")
                                           : g_strdup_printf (",\"username\":\"%s\"", username);
  g_autofree char *json = NULL;

  json = g_strdup_printf ("{\"update_id\":1,\"message\":{\"message_id\":2,\"date\":3,"
                          "\"from\":{\"id\":%" G_GINT64_FORMAT ",\"is_bot\":false,"
                          "\"first_name\":\"F\\u001b[2J\"%s},"
                          "\"chat\":{\"id\":%" G_GINT64_FORMAT ",\"type\":\"%s\"},"
                          "\"text\":\"%s\"%s}}",
                          user, name, chat, chat < 0 ? "supergroup" : "private", text,
                          *text != '/' ? ""
                                       : ",\"entities\":[{\"type\":\"bot_command\",\"offset\":0,"
                                         "\"length\":5}]");
  return judge (fixture, json);
}

static void
assert_verdict (OptVerdict     verdict,
                OptVerdictKind kind,
                gboolean       may_greet)
{
  g_assert_cmpint (verdict.kind, ==, kind);
  g_assert_cmpint (verdict.may_greet, ==, may_greet);
}

static gint64
ask (Fixture    *fixture,
     const char *what)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM people_persons", what);

  return opt_test_store_ask (fixture->store, g_intern_string (sql));
}

static GPtrArray *
list (Fixture *fixture,
      guint    limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  GPtrArray    *people;

  opt_people_list_async (fixture->store, fixture->config, limit, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  people = opt_people_list_finish (result, &error);
  g_assert_no_error (error);
  return people;
}

static const OptPerson *
find (GPtrArray *people,
      gint64     id)
{
  const OptPerson *found = NULL;

  for (guint i = 0; i < people->len; i++)
    {
      const OptPerson *person = g_ptr_array_index (people, i);

      if (person->id != id)
        continue;
      g_assert_null (found);
      found = person;
    }
  return found;
}

static void
assert_person (GPtrArray      *people,
               gint64          id,
               const char     *username,
               OptPersonStatus status,
               const char     *pinned_as,
               gint64          attempts)
{
  const OptPerson *person = find (people, id);

  g_assert_nonnull (person);
  g_assert_cmpstr (person->username, ==, username);
  g_assert_cmpint (person->status, ==, status);
  g_assert_cmpstr (person->pinned_as, ==, pinned_as);
  g_assert_cmpint (person->attempts, ==, attempts);
}

/* Two strangers, a user by @name, a user by id, and a user who took over a released @name:
 * only the right ones are served. */
static void
test_who_is_served (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (GPtrArray) people = NULL;

  assert_verdict (says (fixture, 9001, "eve", 9001, "hello"), OPT_VERDICT_STRANGER, TRUE);
  assert_verdict (says (fixture, 9002, NULL, 9002, "/task"), OPT_VERDICT_STRANGER, TRUE);
  assert_verdict (says (fixture, 7001, "john", 7001, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  assert_verdict (says (fixture, 1001, "anna", 1001, "/list"), OPT_VERDICT_ALLOWED, FALSE);

  /* john lets go of his name, and mallory takes it. */
  assert_verdict (says (fixture, 7001, "john_old", 7001, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  assert_verdict (says (fixture, 7002, "JOHN", 7002, "/list"), OPT_VERDICT_DENIED, TRUE);
  assert_verdict (says (fixture, 7002, "JOHN", GROUP, "/list"), OPT_VERDICT_DENIED, FALSE);
  assert_verdict (says (fixture, 7001, NULL, 7001, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  assert_verdict (says (fixture, 1001, NULL, GROUP, "/list"), OPT_VERDICT_ALLOWED, FALSE);

  people = list (fixture, 0);
  g_assert_cmpuint (people->len, ==, 5);
  assert_person (people, 9001, "eve", OPT_PERSON_STRANGER, NULL, 1);
  assert_person (people, 9002, NULL, OPT_PERSON_STRANGER, NULL, 1);
  assert_person (people, 7001, NULL, OPT_PERSON_ALLOWED, "john", 0);
  assert_person (people, 7002, "JOHN", OPT_PERSON_DENIED, NULL, 2);
  assert_person (people, 1001, NULL, OPT_PERSON_ALLOWED, NULL, 0);
  g_assert_cmpstr (find (people, 9001)->name, ==, "F [2J");
  g_assert_cmpint (find (people, 9001)->first_seen, ==, NOON);
}

static void
test_greeting (Fixture      *fixture,
               gconstpointer data)
{
  assert_verdict (says (fixture, 9001, NULL, GROUP, "/list"), OPT_VERDICT_STRANGER, FALSE);
  assert_verdict (says (fixture, 9001, NULL, 9001, "hello"), OPT_VERDICT_STRANGER, TRUE);
  assert_verdict (says (fixture, 9001, NULL, 9001, "hello"), OPT_VERDICT_STRANGER, FALSE);
  fixture->now += DAY / 2 - 1;
  assert_verdict (says (fixture, 9001, NULL, 9001, "hello"), OPT_VERDICT_STRANGER, FALSE);
  fixture->now += 1;
  assert_verdict (says (fixture, 9001, NULL, 9001, "hello"), OPT_VERDICT_STRANGER, TRUE);
  assert_verdict (says (fixture, 9001, NULL, 9001, "hello"), OPT_VERDICT_STRANGER, FALSE);
  g_assert_cmpint (ask (fixture, "attempts"), ==, 6);
}

/* What is no person's doing, and what is no knock. */
static void
test_nobody (Fixture      *fixture,
             gconstpointer data)
{
  static const char *const nobody[] = {
    "{\"update_id\":1}",
    "{\"update_id\":1,\"channel_post\":{\"message_id\":1,\"date\":1,\"text\":\"/list\","
    "\"chat\":{\"id\":-1001,\"type\":\"channel\"}}}",
    "{\"update_id\":1,\"message\":{\"message_id\":1,\"date\":1,\"text\":\"/list\","
    "\"from\":{\"id\":1001,\"is_bot\":true,\"first_name\":\"B\"},"
    "\"chat\":{\"id\":-1001,\"type\":\"group\"}}}",
    "{\"update_id\":1,\"message\":{\"message_id\":1,\"date\":1,\"text\":\"/list\","
    "\"from\":{\"id\":1001,\"is_bot\":false,\"first_name\":\"B\"},"
    "\"sender_chat\":{\"id\":-1001,\"type\":\"supergroup\"},"
    "\"chat\":{\"id\":-1001,\"type\":\"supergroup\"}}}",
  };
  OptVerdict verdict;

  for (guint i = 0; i < G_N_ELEMENTS (nobody); i++)
    assert_verdict (judge (fixture, nobody[i]), OPT_VERDICT_NOBODY, FALSE);

  /* What people say to each other in a group is not for us. */
  assert_verdict (says (fixture, 9001, NULL, GROUP, "hi all"), OPT_VERDICT_STRANGER, FALSE);
  assert_verdict (says (fixture, 9001, NULL, GROUP, "hi @OptBott"), OPT_VERDICT_STRANGER, FALSE);
  verdict = judge (fixture, "{\"update_id\":1,\"edited_message\":{\"message_id\":1,\"date\":1,"
                            "\"text\":\"x\",\"from\":{\"id\":9001,\"first_name\":\"B\"},"
                            "\"chat\":{\"id\":9001,\"type\":\"private\"}}}");
  assert_verdict (verdict, OPT_VERDICT_STRANGER, FALSE);
  g_assert_cmpint (ask (fixture, "count(*)"), ==, 0);

  assert_verdict (says (fixture, 9001, NULL, GROUP, "hi @optbot!"), OPT_VERDICT_STRANGER, FALSE);
  verdict = judge (fixture, "{\"update_id\":1,\"message\":{\"message_id\":1,\"date\":1,"
                            "\"text\":\"x\",\"from\":{\"id\":9001,\"first_name\":\"B\"},"
                            "\"reply_to_message\":{\"message_id\":1,\"date\":1,"
                            "\"from\":{\"id\":555,\"is_bot\":true,\"first_name\":\"O\"},"
                            "\"chat\":{\"id\":-100123,\"type\":\"supergroup\"}},"
                            "\"chat\":{\"id\":-100123,\"type\":\"supergroup\"}}}");
  assert_verdict (verdict, OPT_VERDICT_STRANGER, FALSE);
  verdict = judge (fixture, "{\"update_id\":1,\"callback_query\":{\"id\":\"1\",\"data\":\"x\","
                            "\"from\":{\"id\":9001,\"first_name\":\"B\"},\"chat_instance\":\"1\","
                            "\"message\":{\"message_id\":1,\"date\":1,"
                            "\"chat\":{\"id\":9001,\"type\":\"private\"}}}}");
  assert_verdict (verdict, OPT_VERDICT_STRANGER, TRUE);
  g_assert_cmpint (ask (fixture, "attempts"), ==, 3);
}

/* Nobody is the default, and what the configuration says counts at once. */
static void
test_config_changes (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  set_users (fixture, "");
  assert_verdict (says (fixture, 7001, "john", 7001, "/list"), OPT_VERDICT_STRANGER, TRUE);
  assert_verdict (says (fixture, 1001, NULL, 1001, "/list"), OPT_VERDICT_STRANGER, TRUE);
  set_users (fixture, "@john, @johnny, 1001, 1002, @nobody_yet");
  before = list (fixture, 0);
  assert_person (before, 7001, "john", OPT_PERSON_ALLOWED, NULL, 1);
  assert_person (before, 1001, NULL, OPT_PERSON_ALLOWED, NULL, 1);
  assert_person (before, 1002, NULL, OPT_PERSON_ALLOWED, NULL, 0);
  g_assert_cmpint (find (before, 1002)->first_seen, ==, 0);
  /* @johnny and @nobody_yet have no id yet. */
  g_assert_cmpuint (before->len, ==, 5);

  assert_verdict (says (fixture, 7001, "john", 7001, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  assert_verdict (says (fixture, 7001, "johnny", 7001, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  assert_verdict (says (fixture, 1001, NULL, 1001, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  after = list (fixture, 2);
  g_assert_cmpuint (after->len, ==, 2);
  /* One id with two pins is one person. */
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT count(*) FROM people_pins"), ==, 2);
  assert_person (after, 7001, "johnny", OPT_PERSON_ALLOWED, "john", 1);

  set_users (fixture, "@johnny");
  assert_verdict (says (fixture, 7001, NULL, 7001, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  assert_verdict (says (fixture, 1001, NULL, 1001, "/list"), OPT_VERDICT_STRANGER, FALSE);
  set_users (fixture, "@jo");
  assert_verdict (says (fixture, 7001, NULL, 7001, "/list"), OPT_VERDICT_STRANGER, FALSE);
}

/* Someone who is served costs a write a minute at most. */
static void
test_fresh (Fixture      *fixture,
            gconstpointer data)
{
  const char *seen = "SELECT last_seen FROM people_persons";

  says (fixture, 1001, "anna", 1001, "/list");
  fixture->now += 59 * SECOND;
  says (fixture, 1001, "anna", 1001, "/list");
  g_assert_cmpint (opt_test_store_ask (fixture->store, seen), ==, NOON);
  fixture->now += SECOND;
  says (fixture, 1001, "anna", 1001, "/list");
  g_assert_cmpint (opt_test_store_ask (fixture->store, seen), ==, NOON + 60 * SECOND);
  fixture->now += SECOND;
  says (fixture, 1001, "anna2", 1001, "/list");
  g_assert_cmpint (opt_test_store_ask (fixture->store, seen), ==, NOON + 61 * SECOND);
  g_assert_cmpint (ask (fixture, "first_seen"), ==,
                   NOON);
}

static void
test_many_strangers (Fixture      *fixture,
                     gconstpointer data)
{
  says (fixture, 1001, NULL, 1001, "/list");
  opt_test_store_run (fixture->store,
                      "INSERT INTO people_persons (id, first_seen, last_seen, served, attempts,"
                      " greeted_day) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                      " WHERE i < 10000) SELECT 20000 + i, i, i, 0, 1, 0 FROM n");
  assert_verdict (says (fixture, 9001, NULL, 9001, "hello"), OPT_VERDICT_STRANGER, TRUE);
  g_assert_cmpint (ask (fixture, "count(*)"), ==,
                   1 + 9900 + 1);
  g_assert_cmpint (opt_test_store_ask (fixture->store,
                                       "SELECT min(last_seen) FROM people_persons"),
                   ==, 101);
  g_assert_cmpint (opt_test_store_ask (fixture->store,
                                       "SELECT count(*) FROM people_persons WHERE id = 1001"),
                   ==, 1);
}

static void
forget (Fixture *fixture,
        gint64   id,
        GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_people_forget_async (fixture->store, id, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_cmpint (opt_people_forget_finish (result, error), ==, *error == NULL);
}

static void
test_forget (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = NULL;

  says (fixture, 7001, "john", 7001, "/list");
  assert_verdict (says (fixture, 7002, "john", 7002, "/list"), OPT_VERDICT_DENIED, TRUE);
  forget (fixture, 7001, &error);
  g_assert_no_error (error);
  assert_verdict (says (fixture, 7002, "john", 7002, "/list"), OPT_VERDICT_ALLOWED, FALSE);
  assert_verdict (says (fixture, 7001, NULL, 7001, "/list"), OPT_VERDICT_STRANGER, TRUE);
  people = list (fixture, 0);
  assert_person (people, 7002, "john", OPT_PERSON_ALLOWED, "john", 1);
  forget (fixture, 4711, &error);
  g_assert_error (error, OPT_PEOPLE_ERROR, OPT_PEOPLE_ERROR_UNKNOWN);
}

/* A store that fails is an error, never a yes. */
static void
test_failing_store (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (OptSnapshot) empty = opt_snapshot_new ();
  GAsyncResult *slot = NULL;
  OptUpdate     update = { .kind = OPT_UPDATE_MESSAGE, .user_id = 1001, .chat_id = 1001 };
  Visit         visit = { fixture, &update, empty, { OPT_VERDICT_ALLOWED, TRUE } };

  /* Without a configuration nobody is let in. */
  g_assert_true (opt_test_store_write (fixture->store, judge_func, &visit, &error));
  assert_verdict (visit.verdict, OPT_VERDICT_STRANGER, TRUE);

  opt_test_store_run (fixture->store, "DROP TABLE people_persons");
  g_assert_false (opt_test_store_write (fixture->store, judge_func, &visit, &error));
  g_assert_error (error, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
  opt_people_list_async (fixture->store, fixture->config, 0, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_null (opt_people_list_finish (result, &failure));
  g_assert_error (failure, OPT_STORE_ERROR, OPT_STORE_ERROR_SQL);
}

static void
test_person (void)
{
  g_assert_cmpstr (opt_person_status_to_string (OPT_PERSON_ALLOWED), ==, "allowed");
  g_assert_cmpstr (opt_person_status_to_string (OPT_PERSON_STRANGER), ==, "stranger");
  g_assert_cmpstr (opt_person_status_to_string (OPT_PERSON_DENIED), ==, "denied");
}

static void
test_person_ref (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (OptPerson) kept = NULL;
  GPtrArray *people = NULL;

  says (fixture, 9001, "eve", 9001, "hello");
  people = list (fixture, 1);
  kept = opt_person_ref (g_ptr_array_index (people, 0));
  g_ptr_array_unref (people);
  g_assert_cmpstr (kept->username, ==, "eve");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("Only who is meant is served, and who else came is counted");

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/people/who-is-served", test_who_is_served);
  ADD ("/people/greeting", test_greeting);
  ADD ("/people/nobody", test_nobody);
  ADD ("/people/config-changes", test_config_changes);
  ADD ("/people/fresh", test_fresh);
  ADD ("/people/many-strangers", test_many_strangers);
  ADD ("/people/forget", test_forget);
  ADD ("/people/failing-store", test_failing_store);
  g_test_add_func ("/people/person", test_person);
  ADD ("/people/person-ref", test_person_ref);
  return g_test_run ();
}
