// SPDX-License-Identifier: GPL-3.0-or-later
// One golden transcript: a scenario, the file that keeps its events, and the crash that must strike in it.
// INDOUBT_UPDATE_GOLDEN=1 rewrites the files: a change of them is a change of the protocol, so read it before committing it.
#pragma once
#include <string>
#include <vector>

namespace indoubt::tests {

struct Golden {
    std::string path;      // under tests/golden/, as "raft-2pc/commit.txt"
    std::string title;     // the first line of the file
    std::string scenario;  // text form
    std::string crash;     // the rule that must strike; empty: none
    bool settles = false;  // at its end nobody is prepared or blocked
};

// Empty: the run is event for event what it was, and every invariant held. Else what differs.
std::string trouble_with(const Golden& golden);

// "crash before send COMMIT 1 of 2 at T" as a file's name, with what stands before it: "t_crash_before_send_commit_1_of_2".
std::string file_of(const std::string& prefix, const std::string& crash);

// The .txt files of these folders under tests/golden/ ("" is the folder itself) that no case names, and the cases without a file.
std::string strays(const std::vector<std::string>& folders, const std::vector<Golden>& list);

std::string fault_at(int ms, const std::string& rule);
std::string crash_at(int ms, const std::string& node);
std::string restart_at(int ms, const std::string& node);

}  // namespace indoubt::tests
