// SPDX-License-Identifier: GPL-3.0-or-later
#include "usage.h"

#include <algorithm>
#include <vector>

#include "base/nearest.h"
#include "render.h"

namespace indoubt::cli {

namespace {

std::vector<std::string> commands_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(one->get_name());
    return names;
}

// Its own options and those of the commands above it, which may stand behind it too.
std::vector<std::string> options_of(const CLI::App* app) {
    std::vector<std::string> names;
    for (; app; app = app->get_parent())
        for (const CLI::Option* option : app->get_options())
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

std::string meant(const std::string& word, const std::vector<std::string>& known) {
    const std::string near = base::nearest(word, known);
    return near.empty() ? std::string() : "; did you mean " + near + "?";
}

std::string unknown_command(const CLI::App& at, const std::string& word) {
    const auto names = commands_of(at);
    const std::string near = meant(word, names);
    return "unknown command \"" + word + "\"" + (near.empty() ? "; there are " + join(names, ", ") : near);
}

}  // namespace

std::string explain(const CLI::App& program, const CLI::Error& error) {
    const CLI::App* at = &program;
    std::string path = program.get_name();
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
        path += " " + at->get_name();
    }
    const std::vector<std::string> left = program.remaining(true);
    const auto word = std::find_if(left.begin(), left.end(), [](const std::string& one) { return !one.starts_with("-"); });
    const auto option = std::find_if(left.begin(), left.end(), [](const std::string& one) { return one.starts_with("-"); });
    std::string what = error.what();
    if (at->get_require_subcommand_min() > 0) {
        what = word != left.end() ? unknown_command(*at, *word) : option != left.end() ? "unknown option " + *option + meant(*option, options_of(at))
                                                                                       : path + " needs a command: " + join(commands_of(*at), ", ");
    } else if (dynamic_cast<const CLI::ExtrasError*>(&error)) {
        what = option != left.end() ? "unknown option " + option->substr(0, option->find('=')) + meant(option->substr(0, option->find('=')), options_of(at))
                                    : path + " knows no word \"" + (word != left.end() ? *word : "") + "\" here";
    }
    if (const std::string cannot = "Could not convert: "; what.starts_with(cannot)) what = what.substr(cannot.size()) + " is no value that it takes";
    return what + "\nRun `" + path + " --help` for what there is.";
}

}  // namespace indoubt::cli
