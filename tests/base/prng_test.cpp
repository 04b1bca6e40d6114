// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/prng.h"

#include <array>

#include "base/hash.h"
#include "support/test_main.h"

using namespace indoubt::base;

class PrngTest : public QObject {
    Q_OBJECT
  private slots:
    void a_seed_gives_the_same_numbers_on_every_machine() {
        Prng prng(42);
        QCOMPARE(prng.next(), std::uint64_t{0x15780b2e0c2ec716});
        QCOMPARE(prng.next(), std::uint64_t{0x6104d9866d113a7e});
        QVERIFY(Prng(1) == Prng(1));
        QVERIFY(!(Prng(1) == Prng(2)));
    }
    void ranges_are_kept_and_reached() {
        Prng prng(3);
        std::array<int, 7> hits{};
        for (int i = 0; i < 7000; ++i) ++hits[static_cast<std::size_t>(prng.between(-3, 3) + 3)];
        for (int hit : hits) QVERIFY(hit > 850 && hit < 1150);
        QCOMPARE(prng.below(1), std::uint64_t{0});
    }
    void mixing_is_a_bijection() {
        Prng prng(9);
        for (int i = 0; i < 1000; ++i) {
            const std::uint64_t value = prng.next();
            QCOMPARE(unmix64(mix64(value)), value);
        }
    }
    void a_digest_depends_on_every_byte_and_the_length() {
        QVERIFY(digest128("INV-2042") == digest128("INV-2042"));
        QVERIFY(digest128("INV-2042") != digest128("INV-2043"));
        QVERIFY(digest128("") != digest128(std::string_view("\0", 1)));
        QVERIFY(digest128("12345678") != digest128(std::string_view("12345678\0", 9)));
    }
};
INDOUBT_TEST(PrngTest);
#include "prng_test.moc"
