// SPDX-License-Identifier: GPL-3.0-or-later
// One test executable per folder holds many Qt Test classes. Each registers itself with INDOUBT_TEST(Class);
// the executable runs all of them, or only those named with `--only Class`.
#pragma once
#include <QObject>
#include <QtTest>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace indoubt::tests {

struct TestClass {
    std::string name;
    std::function<std::unique_ptr<QObject>()> make;
};
std::vector<TestClass>& registry();

struct Registrar {
    Registrar(std::string name, std::function<std::unique_ptr<QObject>()> make) { registry().push_back({std::move(name), std::move(make)}); }
};

}  // namespace indoubt::tests

#define INDOUBT_TEST(Class) \
    static const ::indoubt::tests::Registrar registrar_##Class { #Class, [] { return std::make_unique<Class>(); } }
