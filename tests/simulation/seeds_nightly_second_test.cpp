// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=nightly timeout=7200
#include "simulation/seed_batch.h"

class SeedsNightlySecondTest : public QObject {
    Q_OBJECT
    indoubt::tests::SeedBatch m_batch;

  private slots:
    void random_lives_keep_every_invariant_data() { indoubt::tests::SeedBatch::rows(2000001, 250000); }
    void random_lives_keep_every_invariant() { m_batch.run(); }
    void every_fault_kind_crash_point_and_invariant_was_hit() { m_batch.verify_everything_was_hit(); }
};
INDOUBT_TEST(SeedsNightlySecondTest);
#include "seeds_nightly_second_test.moc"
