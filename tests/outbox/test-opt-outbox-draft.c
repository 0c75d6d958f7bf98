/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "opt-outbox-fixture.h"

/* Lines of @width characters that are all different, @units in all. */
static char *
make_lines (gsize units,
            gsize width)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; text->len < units; i++)
    {
      gsize start = text->len;

      g_string_append_printf (text, "%u ", i);
      while (text->len - start < width - 1)
        g_string_append_c (text, 'x');
      g_string_append_c (text, '\n');
    }
  g_string_truncate (text, units);
  return g_string_free (text, FALSE);
}

static guint
count_rows (OptOutboxFixture *fixture)
{
  return (guint)opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox");
}

static void
assert_refused (const OptOutboxDraft *draft,
                OptOutboxError        code)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = opt_outbox_fixture_try_add (fixture, draft, &error);

  g_assert_error (error, OPT_OUTBOX_ERROR, (int)code);
  g_assert_null (ids);
  g_assert_cmpuint (count_rows (fixture), ==, 0);
}

static void
test_one (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *text = make_lines (4096, 64);
  gint64           id = opt_outbox_fixture_say (fixture, "42", text);

  g_assert_cmpuint (count_rows (fixture), ==, 1);
  opt_outbox_fixture_start (fixture);
  g_autoptr (OptOutboxRow) row = opt_outbox_fixture_show (fixture, id);

  g_assert_cmpstr (row->bot, ==, "main");
  g_assert_cmpstr (row->chat, ==, "42");
  g_assert_cmpint (row->kind, ==, OPT_OUTBOX_TEXT);
  g_assert_cmpstr (row->text, ==, text);
  g_assert_cmpint (row->state, ==, OPT_OUTBOX_SENDING);
  g_assert_cmpint (row->attempts, ==, 1);
  g_assert_cmpint (row->created, ==, opt_clock_get_wall (OPT_CLOCK (fixture->clock)));
  g_assert_false (row->repeated);
}

static void
test_split (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *text = make_lines (4096 * 2 + 1000, 64);
  OptOutboxDraft   draft = {
      .bot = "main",
      .chat = "42",
      .text = text,
      .reply_to = 7,
      .markup = "{\"inline_keyboard\":[]}",
      .origin = "tg:1:2:3",
      .silent = TRUE,
      .topic = 5,
  };
  g_autoptr (GArray) ids = opt_outbox_fixture_try_add (fixture, &draft, NULL);
  g_autoptr (GString) joined = g_string_new (NULL);

  g_assert_cmpuint (ids->len, ==, 3);
  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 3; i++)
    {
      OptFakeCall *call = opt_outbox_fixture_call (fixture, i);

      g_assert_cmpuint (strlen (call->text), <=, 4096);
      g_string_append (joined, call->text);
      if (i < 2)
        g_string_append_c (joined, '\n');
      g_assert_true ((strstr (call->body, "reply_parameters") != NULL) == (i == 0));
      g_assert_true ((strstr (call->body, "inline_keyboard") != NULL) == (i == 2));
      g_assert_nonnull (strstr (call->body, "\"message_thread_id\":5"));
      g_assert_nonnull (strstr (call->body, "\"disable_notification\":true"));
      opt_outbox_fixture_answer_ok (fixture, i);
    }
  g_assert_cmpstr (joined->str, ==, text);

  /* The same origin again adds nothing. */
  g_autoptr (GArray) again = opt_outbox_fixture_try_add (fixture, &draft, NULL);

  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpint (g_array_index (again, gint64, 0), ==, g_array_index (ids, gint64, 0));
  g_assert_cmpuint (count_rows (fixture), ==, 3);
}

static void
test_long (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *text = make_lines (100 * 1000, 80);
  OptOutboxDraft   draft = { .bot = "main", .chat = "42", .text = text, .markup = "{\"x\":1}" };
  g_autoptr (GArray) ids = opt_outbox_fixture_try_add (fixture, &draft, NULL);
  gsize size;

  g_assert_cmpuint (ids->len, ==, 3);
  opt_outbox_fixture_start (fixture);
  for (guint i = 0; i < 3; i++)
    opt_outbox_fixture_answer_ok (fixture, i);

  OptFakeCall *head = opt_outbox_fixture_call (fixture, 0);
  OptFakeCall *tail = opt_outbox_fixture_call (fixture, 1);
  OptFakeCall *file = opt_outbox_fixture_call (fixture, 2);

  g_assert_cmpuint (g_utf8_strlen (head->text, -1), <=, 4096);
  g_assert_cmpint (strncmp (head->text, text, 3900), ==, 0);
  g_assert_nonnull (strstr (head->text, "the whole text is in the file below"));
  g_assert_true (g_str_has_suffix (text, tail->text));
  g_assert_cmpuint (strlen (tail->text), >, 3900);
  g_assert_cmpstr (file->method, ==, "sendDocument");
  g_assert_cmpstr (file->file_name, ==, "message.log");
  g_assert_cmpstr (file->mime, ==, "text/plain");
  g_assert_cmpstr (g_bytes_get_data (file->file, &size) != NULL ? "" : NULL, ==, "");
  g_assert_cmpmem (g_bytes_get_data (file->file, NULL), g_bytes_get_size (file->file), text,
                   strlen (text));
  g_assert_nonnull (strstr (file->body, "\"reply_markup\":{\"x\":1}"));
  /* It is not kept twice once it is sent. */
  g_assert_cmpint (opt_test_store_ask (fixture->store, "SELECT COUNT(*) FROM outbox_contents"), ==,
                   0);
}

static void
test_units (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  OptOutboxDraft draft = { .bot = "main", .chat = "42" };

  /* 4098 units, but 2049 characters: Telegram counts units. */
  for (guint i = 0; i < 2049; i++)
    g_string_append (text, "😀");
  draft.text = text->str;
  g_autoptr (GArray) ids = opt_outbox_fixture_try_add (fixture, &draft, NULL);

  g_assert_cmpuint (ids->len, ==, 2);
}

static void
test_invalid_text (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();

  opt_outbox_fixture_say (fixture, "42", "a\xff\xfe"
                                         "b");
  opt_outbox_fixture_start (fixture);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, "a\xef\xbf\xbd\xef\xbf\xbd"
                                                                   "b");
}

static void
test_caption (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *text = make_lines (1025, 50);
  OptOutboxDraft   draft = {
      .bot = "main",
      .chat = "42",
      .kind = OPT_OUTBOX_DOCUMENT,
      .text = text,
      .contents = "hello",
      .file_name = "hello.txt",
      .origin = "once",
  };
  g_autoptr (GArray) ids = opt_outbox_fixture_try_add (fixture, &draft, NULL);
  g_autoptr (GArray) again = opt_outbox_fixture_try_add (fixture, &draft, NULL);

  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpuint (count_rows (fixture), ==, 2);
  opt_outbox_fixture_start (fixture);
  opt_outbox_fixture_answer_ok (fixture, 0);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 0)->text, ==, text);
  g_assert_null (opt_outbox_fixture_call (fixture, 1)->text);
  g_assert_cmpstr (opt_outbox_fixture_call (fixture, 1)->file_name, ==, "hello.txt");
}

static void
test_blank_caption (void)
{
  g_autoptr (OptOutboxFixture) fixture = opt_outbox_fixture_new ();
  g_autofree char *text = g_strnfill (2000, '\n');
  OptOutboxDraft   draft = {
      .bot = "main", .chat = "42", .kind = OPT_OUTBOX_DOCUMENT, .text = text, .contents = "hello"
  };
  g_autoptr (GArray) ids = opt_outbox_fixture_try_add (fixture, &draft, NULL);

  g_assert_cmpuint (ids->len, ==, 1);
}

static void
test_refused (void)
{
  g_autofree char *huge = g_strnfill (OPT_OUTBOX_TEXT_MAX + 1, 'x');
  g_autofree char *blank = g_strnfill (100 * 1000, '\n');

  const OptOutboxDraft empty = { .bot = "main", .chat = "42", .text = "" };
  const OptOutboxDraft none = { .bot = "main", .chat = "42" };
  const OptOutboxDraft space = { .bot = "main", .chat = "42", .text = " \n\t " };
  const OptOutboxDraft lines = { .bot = "main", .chat = "42", .text = blank };
  const OptOutboxDraft too_long = { .bot = "main", .chat = "42", .text = huge };
  const OptOutboxDraft no_bot = { .chat = "42", .text = "x" };
  const OptOutboxDraft no_chat = { .bot = "main", .text = "x" };
  const OptOutboxDraft edit = { .bot = "main", .chat = "42", .kind = OPT_OUTBOX_EDIT, .text = "x" };
  const OptOutboxDraft delete = { .bot = "main", .chat = "42", .kind = OPT_OUTBOX_DELETE };
  const OptOutboxDraft file = { .bot = "main", .chat = "42", .kind = OPT_OUTBOX_DOCUMENT };
  const OptOutboxDraft menu = { .bot = "main", .chat = "", .kind = OPT_OUTBOX_MENU };
  const OptOutboxDraft view = { .bot = "main", .chat = "42", .kind = OPT_OUTBOX_VIEW };
  const OptOutboxDraft odd = { .bot = "main", .chat = "42", .kind = 99, .text = "x" };

  assert_refused (&empty, OPT_OUTBOX_ERROR_EMPTY);
  assert_refused (&none, OPT_OUTBOX_ERROR_EMPTY);
  assert_refused (&space, OPT_OUTBOX_ERROR_EMPTY);
  assert_refused (&lines, OPT_OUTBOX_ERROR_EMPTY);
  assert_refused (&too_long, OPT_OUTBOX_ERROR_TOO_LONG);
  assert_refused (&no_bot, OPT_OUTBOX_ERROR_INVALID);
  assert_refused (&no_chat, OPT_OUTBOX_ERROR_INVALID);
  assert_refused (&edit, OPT_OUTBOX_ERROR_INVALID);
  assert_refused (&delete, OPT_OUTBOX_ERROR_INVALID);
  assert_refused (&file, OPT_OUTBOX_ERROR_INVALID);
  assert_refused (&menu, OPT_OUTBOX_ERROR_INVALID);
  assert_refused (&view, OPT_OUTBOX_ERROR_INVALID);
  assert_refused (&odd, OPT_OUTBOX_ERROR_INVALID);
}

static void
test_words (void)
{
  OptOutboxState state;

  g_assert_cmpstr (opt_outbox_kind_to_string (OPT_OUTBOX_DOCUMENT), ==, "document");
  for (guint i = 0; i < OPT_N_OUTBOX_STATES; i++)
    {
      g_assert_true (opt_outbox_state_from_string (opt_outbox_state_to_string (i), &state));
      g_assert_cmpint (state, ==, (int)i);
    }
  g_assert_false (opt_outbox_state_from_string ("gone", &state));
  g_assert_false (opt_outbox_state_from_string (NULL, &state));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/draft/one", test_one);
  g_test_add_func ("/outbox/draft/split", test_split);
  g_test_add_func ("/outbox/draft/long", test_long);
  g_test_add_func ("/outbox/draft/units", test_units);
  g_test_add_func ("/outbox/draft/invalid-text", test_invalid_text);
  g_test_add_func ("/outbox/draft/caption", test_caption);
  g_test_add_func ("/outbox/draft/blank-caption", test_blank_caption);
  g_test_add_func ("/outbox/draft/refused", test_refused);
  g_test_add_func ("/outbox/draft/words", test_words);

  return g_test_run ();
}
