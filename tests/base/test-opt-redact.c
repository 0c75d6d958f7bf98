/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-redact.h"

#include <string.h>

#define SECRET    "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw-"
#define SECRET_24 "AAHdqTcvCH1vGWJxfSeofSAs"

static void
test_table (void)
{
  static const struct
  {
    const char *text;
    const char *redacted; /* NULL when nothing is to be changed */
  } cases[] = {
    { "", NULL },
    { "nothing", NULL },
    { "12:34:56 at 127.0.0.1:8080, 100% sure %", NULL },
    { "123456:" SECRET, "123456:[redacted]" },
    { "https://api.telegram.org/bot123456:" SECRET "/sendMessage?x=1",
      "https://api.telegram.org/bot123456:[redacted]/sendMessage?x=1" },
    { "bot123456%3A" SECRET "/getMe", "bot123456%3A[redacted]/getMe" },
    { "bot123456%3a" SECRET, "bot123456%3a[redacted]" },
    { "bot123456%253A" SECRET, "bot123456%253A[redacted]" },
    { "123456:" SECRET " and 654321:" SECRET, "123456:[redacted] and 654321:[redacted]" },
    { "123456:" SECRET ":" SECRET, "123456:[redacted]:" SECRET },
    { "12345:" SECRET_24, "12345:[redacted]" },
    { "12345:" SECRET_24 ".", "12345:[redacted]." },
    { "1234:" SECRET, NULL },
    { "12345:AAHdqTcvCH1vGWJxfSeofSA", NULL },
    { "12345: " SECRET, NULL },
    { "12345%3B" SECRET, NULL },
    { "12345%3" SECRET, "12345%3A[redacted]" },
    { "1234567890123456:" SECRET, "1234567890123456:[redacted]" },
    { "12345678901234567890:" SECRET, "12345678901234567890:[redacted]" },
    { "\"123456:" SECRET "\",", "\"123456:[redacted]\"," },
    { "12345::" SECRET, NULL },
    { "1:2:3:4:12345:" SECRET ":5", "1:2:3:4:12345:[redacted]:5" },
    { ":" SECRET, NULL },
    { "\xff\xfe 123456:" SECRET "\xff", "\xff\xfe 123456:[redacted]\xff" },
    { "123456:" SECRET "\n123456:" SECRET, "123456:[redacted]\n123456:[redacted]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char      *expected = cases[i].redacted != NULL ? cases[i].redacted : cases[i].text;
      g_autofree char *redacted = opt_redact (cases[i].text);
      g_autofree char *again = opt_redact (redacted);

      g_assert_cmpstr (redacted, ==, expected);
      g_assert_cmpstr (again, ==, expected);
      g_assert_cmpint (opt_redact_is_needed (cases[i].text), ==, cases[i].redacted != NULL);
      g_assert_false (opt_redact_is_needed (redacted));
    }
}

static void
test_null (void)
{
  g_assert_null (opt_redact (NULL));
  g_assert_false (opt_redact_is_needed (NULL));
}

/* Wherever a token is cut off, no byte past the end is read; five digits of the id still count. */
static void
test_edges (void)
{
  static const char token[] = "%123456%3A" SECRET "%3";

  for (gsize from = 0; from < sizeof token; from++)
    for (gsize to = from; to < sizeof token; to++)
      {
        g_autofree char *text = g_strndup (token + from, to - from);
        g_autofree char *redacted = opt_redact (text);

        if (from <= 2)
          g_assert_null (strstr (redacted, SECRET_24));
        else
          g_assert_cmpstr (redacted, ==, text);
      }
}

static void
test_log_writer_child (void)
{
  opt_redact_install_log_writer ();
  opt_redact_install_log_writer ();
  g_message ("sent by 123456:" SECRET " to\nforged: warning: line\033[31m");
  g_info ("whispered");
  g_debug ("murmured");
  g_log ("shown", G_LOG_LEVEL_DEBUG, "debugged");
  g_log ("shown", G_LOG_LEVEL_INFO, "informed");
  g_log (NULL, G_LOG_LEVEL_MESSAGE, "from nowhere");
  g_log_structured ("shape", G_LOG_LEVEL_MESSAGE, "MESSAGE", "structured 123456%%3A" SECRET);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_warning ("careful");
  g_critical ("broken");
}

static void
test_log_writer (void)
{
  g_test_trap_subprocess ("/redact/log-writer/subprocess", 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*test: message: sent by 123456:?redacted] to\n"
                             "  forged: warning: line\\x1b?31m\n"
                             "shown: debug: debugged\n"
                             "shown: info: informed\n"
                             "optimus: message: from nowhere\n"
                             "shape: message: structured 123456%3A?redacted]\n"
                             "test: warning: careful\n"
                             "test: critical: broken\n*");
  g_test_trap_assert_stderr_unmatched ("*whispered*");
  g_test_trap_assert_stderr_unmatched ("*murmured*");
  g_test_trap_assert_stderr_unmatched ("*" SECRET_24 "*");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("G_MESSAGES_DEBUG", "other shown", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/redact/table", test_table);
  g_test_add_func ("/redact/null", test_null);
  g_test_add_func ("/redact/edges", test_edges);
  g_test_add_func ("/redact/log-writer", test_log_writer);
  g_test_add_func ("/redact/log-writer/subprocess", test_log_writer_child);
  return g_test_run ();
}
