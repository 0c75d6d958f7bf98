/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-bot-config.h"
#include "opt-config-error.h"
#include "opt-config-file.h"

G_BEGIN_DECLS

#define OPT_TYPE_CONFIG (opt_config_get_type ())

/**
 * OptValidUser:
 * @id: Telegram's numeric id, or 0 when only the name is known
 * @name: (nullable): folded user name without @, or NULL when the id is given
 *
 * One entry of `telegram.valid_user`.
 */
typedef struct
{
  gint64 id;
  char  *name; /* (owned) */
} OptValidUser;

/**
 * OptConfig:
 * @run_telegram: this robot may be master
 * @tasks_dirs: catalogue folders, absolute, an earlier one hides a later one's task
 * @notify_activate: job notices are wanted
 * @notify_id: `notifications.id` as written; empty when unset
 * @notify_chat: (nullable): that, when it is a chat
 * @robot_id: the name of this robot
 * @token_dir_primary: (nullable): bus directory
 * @token_dir_secondary: (nullable): bus directory
 * @bus_url: (nullable): `postgresql://…`
 * @fresh_seconds: older commands are held
 * @valid_users: (element-type OptValidUser): who is let in; empty is nobody
 * @api_root: (nullable): without a trailing slash; NULL is the public API
 * @api_root_insecure: http beyond loopback is allowed
 * @ca_file: (nullable): extra CA, absolute
 * @proxy: (nullable): proxy URL
 * @pacing: keep to Telegram's rates
 * @retention_jobs_s: seconds that ended jobs are kept; 0 is without limit
 * @retention_jobs_bytes: bytes that ended jobs may take; 0 is without limit
 * @retention_sent_s: seconds that sent rows are kept; 0 is without limit
 * @interpreters: (element-type utf8 GStrv): lower-case suffix without dot → argv
 * @bots: (element-type OptBotConfig): in the order of the file, then those of the environment
 *
 * What the configuration says, typed and complete: every key has a value. Immutable and
 * atomically refcounted, so it is a facet of #OptSnapshot.
 */
typedef struct
{
  gboolean    run_telegram;
  char      **tasks_dirs; /* (owned) */
  gboolean    notify_activate;
  char       *notify_id;           /* (owned) */
  OptChatRef *notify_chat;         /* (owned) */
  char       *robot_id;            /* (owned) */
  char       *token_dir_primary;   /* (owned) */
  char       *token_dir_secondary; /* (owned) */
  char       *bus_url;             /* (owned) */
  gint64      fresh_seconds;
  GPtrArray  *valid_users; /* (owned) */
  char       *api_root;    /* (owned) */
  gboolean    api_root_insecure;
  char       *ca_file; /* (owned) */
  char       *proxy;   /* (owned) */
  gboolean    pacing;
  gint64      retention_jobs_s;
  gint64      retention_jobs_bytes;
  gint64      retention_sent_s;
  GHashTable *interpreters; /* (owned) */
  GPtrArray  *bots;         /* (owned) */

  /*< private >*/
  GHashTable *texts; /* (owned): folded key → text, of every key that is set and good */
  GHashTable *ids;   /* (owned) */
  GHashTable *names; /* (owned) */
} OptConfig;

/**
 * OptConfigSurroundings:
 * @environment: (nullable): the process's environment; NULL is an empty one
 * @samples_dir: (nullable): folder of the installed sample tasks
 *
 * What the defaults depend on, besides the file.
 */
typedef struct
{
  const char *const *environment;
  const char        *samples_dir;
} OptConfigSurroundings;

GType      opt_config_get_type (void) G_GNUC_CONST;
OptConfig *opt_config_new_from_file (OptConfigFile               *file,
                                     const OptConfigSurroundings *surroundings,
                                     OptConfig                   *previous,
                                     GPtrArray                   *problems);
OptConfig *opt_config_ref (OptConfig *self);
void       opt_config_unref (OptConfig *self);
gboolean   opt_config_equal (OptConfig *a,
                             OptConfig *b);

gboolean      opt_config_allows_id (OptConfig *self,
                                    gint64     id);
gboolean      opt_config_allows_name (OptConfig  *self,
                                      const char *folded_name);
OptBotConfig *opt_config_find_bot (OptConfig  *self,
                                   const char *name);
OptBotConfig *opt_config_get_notice_bot (OptConfig *self,
                                         GError   **error);
char         *opt_config_get_text (OptConfig  *self,
                                   const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptConfig, opt_config_unref)

G_END_DECLS
