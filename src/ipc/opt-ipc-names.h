/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the agent is found on the session bus. */
#define OPT_IPC_BUS_NAME    "io.github.optimus_rpa.Optimus.Agent"
#define OPT_IPC_OBJECT_PATH "/io/github/optimus_rpa/Optimus/Agent"
#define OPT_IPC_PREFIX      "io.github.optimus_rpa.Optimus.Agent1."
#define OPT_IPC_STATUS      OPT_IPC_PREFIX "Status"
#define OPT_IPC_BOTS        OPT_IPC_PREFIX "Bots"
#define OPT_IPC_PEOPLE      OPT_IPC_PREFIX "People"
#define OPT_IPC_OUTBOX      OPT_IPC_PREFIX "Outbox"
#define OPT_IPC_TASKS       OPT_IPC_PREFIX "Tasks"
#define OPT_IPC_JOBS        OPT_IPC_PREFIX "Jobs"
#define OPT_IPC_CONFIG      OPT_IPC_PREFIX "Config"
