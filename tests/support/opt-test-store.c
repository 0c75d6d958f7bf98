/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-test-store.h"

#include "opt-test.h"

typedef struct
{
  const char  *sql;
  gint64       value;
  gboolean     is_over;
  GError      *error; /* (owned) (nullable) */
  OptStoreFunc func;
  gpointer     data;
} Wait;

static void
done_cb (gpointer      data,
         const GError *error)
{
  Wait *wait = data;

  wait->is_over = TRUE;
  wait->error = error == NULL ? NULL : g_error_copy (error);
}

static gboolean
call_func (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Wait *wait = data;

  return wait->func (transaction, wait->data, error);
}

static gboolean
run_func (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  Wait *wait = data;

  return opt_transaction_run (transaction, error, wait->sql, "");
}

static gboolean
ask_func (OptTransaction *transaction,
          gpointer        data,
          GError        **error)
{
  Wait *wait = data;
  g_autoptr (GError) local_error = NULL;

  wait->value = -1;
  opt_transaction_query_int (transaction, &wait->value, &local_error, wait->sql, "");
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
finish (Wait    *wait,
        GError **error)
{
  while (!wait->is_over)
    g_main_context_iteration (NULL, TRUE);
  if (wait->error == NULL)
    return TRUE;
  g_propagate_error (error, wait->error);
  return FALSE;
}

OptStore *
opt_test_store_open (const char                *path,
                     const OptMigration *const *migrations,
                     GError                   **error)
{
  g_autoptr (OptStore) store = opt_store_new ();
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  opt_store_open_async (store, path, migrations, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  return opt_store_open_finish (store, result, error) ? g_steal_pointer (&store) : NULL;
}

void
opt_test_store_close (OptStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_store_close_async (store, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  opt_store_close_finish (store, result, &error);
  g_assert_no_error (error);
}

gboolean
opt_test_store_write (OptStore    *store,
                      OptStoreFunc func,
                      gpointer     data,
                      GError     **error)
{
  Wait wait = { .func = func, .data = data };

  opt_store_write (store, call_func, done_cb, &wait, NULL);
  return finish (&wait, error);
}

gboolean
opt_test_store_read (OptStore    *store,
                     OptStoreFunc func,
                     gpointer     data,
                     GError     **error)
{
  Wait wait = { .func = func, .data = data };

  opt_store_read (store, call_func, done_cb, &wait, NULL);
  return finish (&wait, error);
}

void
opt_test_store_run (OptStore   *store,
                    const char *sql)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { .sql = sql };

  opt_store_write (store, run_func, done_cb, &wait, NULL);
  finish (&wait, &error);
  g_assert_no_error (error);
}

gint64
opt_test_store_ask (OptStore   *store,
                    const char *sql)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { .sql = sql };

  opt_store_read (store, ask_func, done_cb, &wait, NULL);
  finish (&wait, &error);
  g_assert_no_error (error);
  return wait.value;
}

static gboolean
limit_pages (OptTransaction *transaction,
             gpointer        data,
             GError        **error)
{
  const int       *room = data;
  gint64           pages = 0;
  g_autofree char *text = NULL;

  if (!opt_transaction_query_int (transaction, &pages, error, "PRAGMA page_count", ""))
    return FALSE;
  text = g_strdup_printf ("PRAGMA max_page_count = %d", (int)pages + *room);
  return opt_transaction_run (transaction, error, g_intern_string (text), "");
}

/* Lets the database grow by so many pages and no more, as on a disk that is full then. */
void
opt_test_store_set_room (OptStore *store,
                         int       pages)
{
  g_autoptr (GError) error = NULL;

  opt_test_store_write (store, limit_pages, &pages, &error);
  g_assert_no_error (error);
}
