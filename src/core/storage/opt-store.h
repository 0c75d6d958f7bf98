/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-transaction.h"

G_BEGIN_DECLS

#define OPT_STORE_ERROR (opt_store_error_quark ())
GQuark opt_store_error_quark (void);

/**
 * OptStoreError:
 * @OPT_STORE_ERROR_NEWER: the file was written by a newer version of the program
 * @OPT_STORE_ERROR_CORRUPT: the file is not a database, or is damaged
 * @OPT_STORE_ERROR_FULL: the disk (or quota) is full
 * @OPT_STORE_ERROR_IO: reading or writing failed, or the folder can't be used
 * @OPT_STORE_ERROR_CONSTRAINT: a row would break a rule of its table
 * @OPT_STORE_ERROR_SQL: the statement is wrong (a bug)
 * @OPT_STORE_ERROR_CLOSED: the store is not open
 */
typedef enum {
  OPT_STORE_ERROR_NEWER,
  OPT_STORE_ERROR_CORRUPT,
  OPT_STORE_ERROR_FULL,
  OPT_STORE_ERROR_IO,
  OPT_STORE_ERROR_CONSTRAINT,
  OPT_STORE_ERROR_SQL,
  OPT_STORE_ERROR_CLOSED,
} OptStoreError;

/**
 * OptMigration:
 * @room: the folder that owns the tables
 * @number: 1, 2, 3 … within the room, never changed once released
 * @sql: one or more statements
 *
 * One step of a room's tables. A list of them ends with a NULL @room.
 */
typedef struct
{
  const char *room;
  guint       number;
  const char *sql;
} OptMigration;

/**
 * OptStoreFunc:
 * @transaction: valid only during the call
 * @data: what was given with the closure
 * @error: return location
 *
 * A closure, run on the writer's (or reader's) thread. It touches nothing but @transaction and
 * @data, and may be run more than once when the whole batch had to be rolled back: it must start
 * afresh each time.
 *
 * Returns: FALSE with @error set to undo this closure alone
 */
typedef gboolean (*OptStoreFunc) (OptTransaction *transaction,
                                  gpointer        data,
                                  GError        **error);

/**
 * OptStoreDone:
 * @data: what was given with the closure
 * @error: (nullable): NULL once it is committed and on the disk
 *
 * Called on the main context that opened the store, in the order the closures were given.
 */
typedef void (*OptStoreDone) (gpointer      data,
                              const GError *error);

#define OPT_TYPE_STORE (opt_store_get_type ())
G_DECLARE_FINAL_TYPE (OptStore, opt_store, OPT, STORE, GObject)

OptStore *opt_store_new (void);
void      opt_store_set_patience (OptStore *self,
                                  guint     milliseconds);

void     opt_store_open_async (OptStore                  *self,
                               const char                *path,
                               const OptMigration *const *migrations,
                               GCancellable              *cancellable,
                               GAsyncReadyCallback        callback,
                               gpointer                   user_data);
gboolean opt_store_open_finish (OptStore     *self,
                                GAsyncResult *result,
                                GError      **error);
void     opt_store_close_async (OptStore           *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean opt_store_close_finish (OptStore     *self,
                                 GAsyncResult *result,
                                 GError      **error);

void opt_store_write (OptStore      *self,
                      OptStoreFunc   func,
                      OptStoreDone   done,
                      gpointer       data,
                      GDestroyNotify destroy);
void opt_store_read (OptStore      *self,
                     OptStoreFunc   func,
                     OptStoreDone   done,
                     gpointer       data,
                     GDestroyNotify destroy);

gboolean      opt_store_is_open (OptStore *self);
gboolean      opt_store_is_idle (OptStore *self);
guint         opt_store_get_schema (OptStore *self);
const GError *opt_store_get_trouble (OptStore *self);

G_END_DECLS
