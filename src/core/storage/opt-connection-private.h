/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "opt-transaction.h"

G_BEGIN_DECLS

#define OPT_CONNECTION_PARAMETERS_MAX 64

typedef struct _OptConnection OptConnection;

/**
 * OptStatement:
 *
 * A prepared statement. While it is being read, it is what closures know as #OptRows.
 */
typedef struct _OptRows OptStatement;
struct _OptRows
{
  OptConnection *connection;
  sqlite3_stmt  *stmt; /* (owned) */
  const char    *sql;  /* the key; never read, since it may be gone */
  guint64        used; /* when, for choosing which one goes */
  gboolean       is_kept;
  gboolean       is_open;
  gboolean       is_over;
  guint          n_parameters;
  guint8         places[OPT_CONNECTION_PARAMETERS_MAX]; /* of $1, $2 … */
};

struct _OptTransaction
{
  OptConnection *connection;
  GError        *lost; /* (owned) (nullable): why the whole transaction is to be ended */
};

/**
 * OptConnection:
 *
 * One connection to the file, with its statements; used by one thread at a time.
 */
struct _OptConnection
{
  sqlite3       *db;   /* (owned) */
  char          *path; /* (owned) */
  gboolean       is_reader;
  GHashTable    *kept; /* (owned) (element-type utf8 OptStatement), keyed by address */
  GPtrArray     *open; /* (owned) (element-type OptStatement) */
  guint64        count;
  OptTransaction transaction;
};

OptConnection *opt_connection_new (const char *path,
                                   gboolean    is_reader,
                                   guint       patience,
                                   GError    **error);
void           opt_connection_free (OptConnection *self);

gboolean opt_connection_execute (OptConnection *self,
                                 const char    *sql,
                                 GError       **error);
gboolean opt_connection_set_error (OptConnection *self,
                                   int            code,
                                   GError       **error);

OptStatement *opt_connection_prepare (OptConnection *self,
                                      const char    *sql,
                                      GError       **error);
void          opt_connection_release (OptConnection *self,
                                      OptStatement  *statement);

/* Around a closure: forgets what the last one left, and ends what this one left open. */
void     opt_connection_enter (OptConnection *self);
void     opt_connection_leave (OptConnection *self);
gboolean opt_connection_is_lost (OptConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptConnection, opt_connection_free)

G_END_DECLS
