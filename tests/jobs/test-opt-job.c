/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-error.h"
#include "opt-job-listener.h"
#include "opt-job-resolver.h"
#include "opt-job.h"

static void
test_states (void)
{
  OptJobState state;

  for (guint i = 0; i < OPT_N_JOB_STATES; i++)
    {
      state = OPT_N_JOB_STATES;
      g_assert_true (opt_job_state_from_string (opt_job_state_to_string ((OptJobState)i), &state));
      g_assert_cmpint (state, ==, i);
      g_assert_cmpint (opt_job_state_is_end (state), ==, i >= OPT_JOB_SUCCEEDED);
    }
  g_assert_cmpstr (opt_job_state_to_string (OPT_JOB_TIMED_OUT), ==, "timed-out");
  state = OPT_JOB_LOST;
  g_assert_false (opt_job_state_from_string (NULL, &state));
  g_assert_false (opt_job_state_from_string ("", &state));
  g_assert_false (opt_job_state_from_string ("Queued", &state));
  g_assert_false (opt_job_state_from_string ("queued ", &state));
  g_assert_cmpint (state, ==, OPT_JOB_LOST);
}

static void
test_origin (void)
{
  g_autoptr (OptJobOrigin) origin = opt_job_origin_new ("telegram");
  g_autoptr (OptJobOrigin) copy = NULL;
  g_autoptr (OptJobOrigin) empty = NULL;
  g_autoptr (OptJobOrigin) bare = opt_job_origin_new ("cli");

  origin->key = g_strdup ("tg:1:2:3");
  origin->bot = g_strdup ("main");
  origin->chat = g_strdup ("-100");
  origin->topic = 5;
  origin->user_id = G_GINT64_CONSTANT (5000000000);
  copy = opt_job_origin_copy (origin);
  g_assert_cmpstr (copy->kind, ==, "telegram");
  g_assert_cmpstr (copy->key, ==, "tg:1:2:3");
  g_assert_true (copy->key != origin->key);
  g_assert_cmpstr (copy->bot, ==, "main");
  g_assert_cmpstr (copy->chat, ==, "-100");
  g_assert_cmpint (copy->topic, ==, 5);
  g_assert_cmpint (copy->user_id, ==, G_GINT64_CONSTANT (5000000000));
  g_assert_null (opt_job_origin_copy (NULL));
  empty = opt_job_origin_copy (bare);
  g_assert_null (empty->key);
  opt_job_origin_free (NULL);
}

static void
test_spec (void)
{
  g_autoptr (OptJobSpec) spec = opt_job_spec_new ();

  g_assert_cmpuint (spec->concurrency, ==, 1);
  g_assert_cmpint (spec->timeout, ==, 0);
  g_assert_false (spec->idempotent);
  opt_job_spec_free (NULL);
}

static void
test_domain (void)
{
  g_assert_cmpstr (g_quark_to_string (OPT_JOB_ERROR), ==, "opt_job_error_quark");
  g_assert_true (G_TYPE_IS_BOXED (OPT_TYPE_JOB));
  g_assert_true (G_TYPE_IS_INTERFACE (OPT_TYPE_JOB_RESOLVER));
  g_assert_true (G_TYPE_IS_INTERFACE (OPT_TYPE_JOB_LISTENER));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job/states", test_states);
  g_test_add_func ("/job/origin", test_origin);
  g_test_add_func ("/job/spec", test_spec);
  g_test_add_func ("/job/domain", test_domain);
  return g_test_run ();
}
