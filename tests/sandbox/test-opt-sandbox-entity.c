/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-entity.h"
#include "opt-sandbox-text.h"

#include <string.h>

typedef struct
{
  const char *text;
  const char *entities; /* type@offset+length, with spaces */
} Case;

static const Case cases[] = {
  { "hello world", "" },
  { "/start", "bot_command@0+6" },
  { "/start@vm91_bot x", "bot_command@0+15" },
  { "/start@ab", "" },
  { "/start, /stop.", "bot_command@0+6 bot_command@8+5" },
  { "a/b /c/d //e </f>", "" },
  { "/x-y", "bot_command@0+2" },
  { "/", "" },
  { "\xd0\xb0/start", "" },
  { "/\xd1\x81tart", "" },
  { "(/start)", "bot_command@1+6" },
  { "\xf0\x9f\x98\x80 /start", "bot_command@3+6" },
  { "@ann", "mention@0+4" },
  { "@a", "" },
  { "x@ann", "" },
  { "hi @ann, @bob_2!", "mention@3+4 mention@9+6" },
  { "@ann\xd0\xb0", "" },
  { "#tag", "hashtag@0+4" },
  { "#123", "" },
  { "#t1_2 x", "hashtag@0+5" },
  { "#\xc3\xa4\xc3\xb6\xc3\xbc", "hashtag@0+4" },
  { "a#tag #a#b", "" },
  { "#tag@channel", "hashtag@0+12" },
  { "$USD", "cashtag@0+4" },
  { "$usd $", "" },
  { "example.com", "url@0+11" },
  { "see https://example.com/a?b=1#c.", "url@4+27" },
  { "(http://example.com/x)", "url@1+20" },
  { "http://example.com/wiki/X_(Y)", "url@0+29" },
  { "www.example.org:8080/path, ok", "url@0+25" },
  { "http://host.invalid", "url@0+19" },
  { "host.invalid", "" },
  { "task.py", "url@0+7" },
  { "report.vm91", "" },
  { "archive.tar.gz", "" },
  { "e.g. this", "" },
  { "1.5 and 3.14", "" },
  { "10.0.0.1/status", "url@0+15" },
  { "Example.COM!", "url@0+11" },
  { "http://m\xc3\xbcller.de/", "url@0+17" },
  { "a@example.com", "email@0+13" },
  { "mail john.doe+x@mail.example.org.", "email@5+27" },
  { "a@localhost", "" },
  { "+49 30 1234567", "phone_number@0+14" },
  { "call +15550100123.", "phone_number@5+12" },
  { "2+2 +12", "" },
  { "/list vm91 failed 24h", "bot_command@0+5" },
  { "/run@b_t https://example.com #x",
    "bot_command@0+8 url@9+19 hashtag@29+2" },
};

static char *
describe (const char *text)
{
  g_autoptr (GArray) entities = opt_sandbox_entities_new ();
  GString *out = g_string_new (NULL);

  opt_sandbox_entities_find (entities, text);
  for (guint i = 0; i < entities->len; i++)
    {
      OptSandboxEntity *entity = &g_array_index (entities, OptSandboxEntity, i);

      g_string_append_printf (out, "%s%s@%d+%d", i > 0 ? " " : "", entity->type, entity->offset,
                              entity->length);
    }
  return g_string_free (out, FALSE);
}

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = describe (cases[i].text);

      if (strcmp (found, cases[i].entities) != 0)
        g_test_message ("in %s", cases[i].text);
      g_assert_cmpstr (found, ==, cases[i].entities);
      g_assert_true (*found == '\0' || opt_sandbox_entities_may_have (cases[i].text));
    }
}

/* Entities lie inside of the text, do not overlap, and come in order, whatever the text. */
static void
test_find_in_noise (void)
{
  static const char *const parts[] = { "/", "@", "#", "$", "+",
                                       ".", ":", "//", "http://", "a",
                                       "com", " ", "1", "\xc3\xa4", "\xf0\x9f\x98\x80",
                                       "(", ")", "-", "_", "?",
                                       "example.com", "\n", "[", "]", "://" };

  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (GArray) entities = opt_sandbox_entities_new ();
      g_autoptr (GString) text = g_string_new (NULL);
      glong                 units = 0;
      gint32                end = 0;
      g_autofree gunichar2 *utf16 = NULL;

      for (guint i = 0; i < 12; i++)
        g_string_append (text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      utf16 = g_utf8_to_utf16 (text->str, -1, NULL, &units, NULL);
      opt_sandbox_entities_find (entities, text->str);
      for (guint i = 0; i < entities->len; i++)
        {
          OptSandboxEntity *entity = &g_array_index (entities, OptSandboxEntity, i);

          g_assert_cmpint (entity->offset, >=, end);
          g_assert_cmpint (entity->length, >, 0);
          end = entity->offset + entity->length;
          g_assert_cmpint (end, <=, units);
        }
    }
}

static void
test_text (void)
{
  g_auto (OptSandboxText) text = { NULL, NULL };
  g_autofree char *problem =
    opt_sandbox_text_read (&text, " \t/go\xe2\x80\xae\x01now ", "", "", FALSE);

  g_assert_null (problem);
  g_assert_cmpstr (text.text, ==, "/go now");
  g_assert_cmpstr (text.entities, ==, "[{\"offset\":0,\"length\":3,\"type\":\"bot_command\"}]");
  opt_sandbox_text_clear (&text);
  problem = opt_sandbox_text_read (&text, "", "", "", TRUE);
  g_assert_null (problem);
  g_assert_cmpstr (text.text, ==, "");
}

static void
test_none (void)
{
  g_autoptr (GArray) entities = opt_sandbox_entities_new ();

  g_assert_null (opt_sandbox_entities_to_json (entities));
  g_assert_null (opt_sandbox_entities_parse (entities, ""));
  g_assert_cmpuint (entities->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/entity/find", test_find);
  g_test_add_func ("/sandbox/entity/find-in-noise", test_find_in_noise);
  g_test_add_func ("/sandbox/entity/text", test_text);
  g_test_add_func ("/sandbox/entity/none", test_none);
  return g_test_run ();
}
