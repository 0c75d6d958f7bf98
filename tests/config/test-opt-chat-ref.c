/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-chat-ref.h"

#include "opt-config-error.h"

static void
assert_chat (const char *text,
             const char *chat,
             gint64      topic,
             gint64      id,
             const char *written)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptChatRef) ref = opt_chat_ref_parse (text, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (ref->chat, ==, chat);
  g_assert_cmpint (ref->topic, ==, topic);
  g_assert_cmpint (opt_chat_ref_get_id (ref), ==, id);
  again = opt_chat_ref_to_text (ref);
  g_assert_cmpstr (again, ==, written);
}

static void
test_good (void)
{
  g_test_summary ("Ids, names and topics are read.");

  assert_chat ("-1001234567890", "-1001234567890", 0, -1001234567890, "-1001234567890");
  assert_chat (" 1234567 ", "1234567", 0, 1234567, "1234567");
  assert_chat ("-1001234567890:45", "-1001234567890", 45, -1001234567890, "-1001234567890:45");
  assert_chat ("@My_channel", "@My_channel", 0, 0, "@My_channel");
  assert_chat ("@group:7", "@group", 7, 0, "@group:7");
  assert_chat ("4503599627370497", "4503599627370497", 0, 4503599627370497, "4503599627370497");
}

static void
test_bad (void)
{
  static const char *const texts[] = {
    "",
    "0",
    "-0",
    "-",
    "@",
    "@a b",
    "@1abc",
    "@abc",
    "john",
    "12x",
    "+5",
    "1:",
    "1:0",
    "1:-1",
    "1:x",
    ":5",
    "1:2:3",
    "99999999999999999999",
    "1 2",
    "\xd9\xa1\xd9\xa2",
    "1.5",
    "0x10",
    "@caf\xc3\xa9",
    "@a123456789012345678901234567890123",
    NULL,
  };

  g_test_summary ("What is no chat is refused with what is allowed.");

  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (opt_chat_ref_parse (texts[i], &error));
      g_assert_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE);
      g_assert_nonnull (g_strrstr (error->message, "-1001234567890"));
    }
}

static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = opt_chat_ref_parse_list (" 1, -100:2 ;@chan,,1,@CHAN,", &error);

  g_test_summary ("Lists take commas and semicolons, drop doubles, and are spoilt by one slip.");

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 3);
  g_assert_cmpstr (((OptChatRef *)list->pdata[1])->chat, ==, "-100");
  g_clear_pointer (&list, g_ptr_array_unref);

  list = opt_chat_ref_parse_list ("", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 0);

  g_assert_null (opt_chat_ref_parse_list ("1, 2, three", &error));
  g_assert_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE);
  g_assert_nonnull (g_strrstr (error->message, "number 3"));
}

static void
test_value (void)
{
  g_autoptr (OptChatRef) one = opt_chat_ref_new ("@Chan", 3);
  g_autoptr (OptChatRef) other = opt_chat_ref_parse ("@chan:3", NULL);
  OptChatRef *copy = g_boxed_copy (OPT_TYPE_CHAT_REF, one);

  g_test_summary ("References are shared and compare by what they mean.");

  g_assert_true (copy == one);
  g_boxed_free (OPT_TYPE_CHAT_REF, copy);
  g_assert_true (opt_chat_ref_equal (one, other));
  opt_chat_ref_unref (other);
  other = opt_chat_ref_new ("@chan", 4);
  g_assert_false (opt_chat_ref_equal (one, other));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config/chat-ref/good", test_good);
  g_test_add_func ("/config/chat-ref/bad", test_bad);
  g_test_add_func ("/config/chat-ref/list", test_list);
  g_test_add_func ("/config/chat-ref/value", test_value);

  return g_test_run ();
}
