/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * OptTransaction:
 *
 * What a closure of #OptStore reads and writes through. It is valid only inside that closure and on
 * its thread. SQL is kept to what SQLite 3.40 and PostgreSQL 13 share; parameters are $1, $2 …
 */
typedef struct _OptTransaction OptTransaction;

/**
 * OptRows:
 *
 * The rows of one query; what it hands out is valid until the next opt_rows_next().
 */
typedef struct _OptRows OptRows;

/*
 * @types has a letter for each parameter that follows:
 *   i  gint64 (cast what is narrower)
 *   d  double
 *   s  const char *; NULL is SQL NULL
 *   b  GBytes *; NULL is SQL NULL
 *   n  SQL NULL, takes none
 * Statements are kept by the address of @sql, so pass string literals (or interned strings).
 */
gboolean opt_transaction_run (OptTransaction *self,
                              GError        **error,
                              const char     *sql,
                              const char     *types,
                              ...);
gint64   opt_transaction_get_changes (OptTransaction *self);
OptRows *opt_transaction_query (OptTransaction *self,
                                GError        **error,
                                const char     *sql,
                                const char     *types,
                                ...);
/* One row with one integer: FALSE with no error when there is none. */
gboolean opt_transaction_query_int (OptTransaction *self,
                                    gint64         *value,
                                    GError        **error,
                                    const char     *sql,
                                    const char     *types,
                                    ...);

gboolean    opt_rows_next (OptRows *self,
                           GError **error);
gboolean    opt_rows_is_null (OptRows *self,
                              guint    column);
gint64      opt_rows_get_int (OptRows *self,
                              guint    column);
double      opt_rows_get_double (OptRows *self,
                                 guint    column);
const char *opt_rows_get_text (OptRows *self,
                               guint    column);
GBytes     *opt_rows_dup_bytes (OptRows *self,
                                guint    column);
void        opt_rows_free (OptRows *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptRows, opt_rows_free)

G_END_DECLS
