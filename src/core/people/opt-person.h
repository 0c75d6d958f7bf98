/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-config.h"
#include "opt-store.h"

G_BEGIN_DECLS

#define OPT_PEOPLE_ERROR (opt_people_error_quark ())
GQuark opt_people_error_quark (void);

/**
 * OptPeopleError:
 * @OPT_PEOPLE_ERROR_UNKNOWN: nobody of that id was ever here
 */
typedef enum {
  OPT_PEOPLE_ERROR_UNKNOWN,
} OptPeopleError;

typedef enum {
  OPT_PERSON_ALLOWED,
  OPT_PERSON_STRANGER,
  OPT_PERSON_DENIED,
} OptPersonStatus;

/**
 * OptPerson:
 * @id: Telegram's user id
 * @username: (nullable): without @, as it was last seen
 * @name: (nullable): first and last name, as they were last seen
 * @status: whether the bot serves this person, by the configuration it was asked with
 * @pinned_as: (nullable): the name in `telegram.valid_user` that this id is pinned to, without @
 * @first_seen: microseconds since 1970; 0 for someone who is allowed by id and was never here
 * @last_seen: likewise
 * @attempts: how often this person was turned away
 *
 * A Telegram user known here. Immutable.
 */
typedef struct
{
  gint64          id;
  char           *username; /* (owned) */
  char           *name;     /* (owned) */
  OptPersonStatus status;
  char           *pinned_as; /* (owned) */
  gint64          first_seen;
  gint64          last_seen;
  gint64          attempts;
} OptPerson;

OptPerson  *opt_person_ref (OptPerson *self);
void        opt_person_unref (OptPerson *self);
const char *opt_person_status_to_string (OptPersonStatus status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptPerson, opt_person_unref)

/* (element-type OptPerson), who was here last first; @limit 0 is no limit. Reads on the reader
 * thread. */
void       opt_people_list_async (OptStore           *store,
                                  OptConfig          *config,
                                  guint               limit,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
GPtrArray *opt_people_list_finish (GAsyncResult *result,
                                   GError      **error);
/* Forgets a person and the name pinned to the id: the next one to come with that name gets it. */
void     opt_people_forget_async (OptStore           *store,
                                  gint64              id,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean opt_people_forget_finish (GAsyncResult *result,
                                   GError      **error);

G_END_DECLS
