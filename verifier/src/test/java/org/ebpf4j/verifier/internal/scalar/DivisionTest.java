package org.ebpf4j.verifier.internal.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.ebpf4j.insn.AluOperation;
import org.junit.jupiter.api.Test;

/// What is known of quotients and remainders holds for each dividend that is possible.
final class DivisionTest {
  private static final List<AluOperation> ALL =
      List.of(AluOperation.DIV, AluOperation.MOD, AluOperation.SDIV, AluOperation.SMOD);

  private static final long[] EDGES = {
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    -7,
    255,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0xffff_ffffL,
    0x8000_0000L
  };

  private static long result(AluOperation operation, long dividend, long by) {
    return switch (operation) {
      case DIV -> by == 0 ? 0 : Long.divideUnsigned(dividend, by);
      case MOD -> by == 0 ? dividend : Long.remainderUnsigned(dividend, by);
      case SDIV -> by == 0 ? 0 : dividend / by;
      case SMOD -> by == 0 ? dividend : dividend % by;
      default -> throw new IllegalArgumentException();
    };
  }

  private static long result32(AluOperation operation, int dividend, int by) {
    int value =
        switch (operation) {
          case DIV -> by == 0 ? 0 : Integer.divideUnsigned(dividend, by);
          case MOD -> by == 0 ? dividend : Integer.remainderUnsigned(dividend, by);
          case SDIV -> by == 0 ? 0 : dividend / by;
          case SMOD -> by == 0 ? dividend : dividend % by;
          default -> throw new IllegalArgumentException();
        };
    return value & 0xffff_ffffL;
  }

  private static boolean holds(Scalar known, long value) {
    return known.bits.contains(value)
        && known.smin <= value
        && value <= known.smax
        && Long.compareUnsigned(known.umin, value) <= 0
        && Long.compareUnsigned(value, known.umax) <= 0
        && known.s32min <= (int) value
        && (int) value <= known.s32max
        && Integer.compareUnsigned(known.u32min, (int) value) <= 0
        && Integer.compareUnsigned((int) value, known.u32max) <= 0;
  }

  private static Scalar between(long low, long high) {
    var scalar = new Scalar();
    scalar.smin = Math.min(low, high);
    scalar.smax = Math.max(low, high);
    scalar.sync();
    return scalar;
  }

  private static long value(Random random, int turn, long low, long high) {
    long width = high - low;
    return switch (turn) {
      case 0 -> low;
      case 1 -> high;
      default -> width >= 0 && width <= 8 ? low + random.nextInt((int) width + 1) : low;
    };
  }

  private static long pick(Random random) {
    return random.nextInt(3) == 0
        ? EDGES[random.nextInt(EDGES.length)]
        : random.nextLong() >> random.nextInt(64);
  }

  @Test
  void eachResultIsWithinWhatIsKnown() {
    long seed = Long.getLong("ebpf4j.seed", 42);
    var random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      long low = pick(random);
      long high = random.nextBoolean() ? low + random.nextInt(9) : pick(random);
      if (low > high) {
        continue;
      }
      long by = pick(random);
      var operation = ALL.get(i % ALL.size());
      boolean narrow = random.nextBoolean();
      var source = new Scalar();
      source.setConstant(by);
      var target = between(low, high);
      Division.apply(operation, narrow, target, source);
      for (int k = 0; k < 4; k++) {
        long value = value(random, k, low, high);
        long result =
            narrow ? result32(operation, (int) value, (int) by) : result(operation, value, by);
        assertThat(holds(target, result))
            .as(
                "seed %d: %s %s of %d in [%d, %d] by %d",
                seed, operation, narrow, value, low, high, by)
            .isTrue();
      }
    }
  }

  @Test
  void quotientsOfZeroAndTheLeastNumber() {
    var target = between(Long.MIN_VALUE, Long.MIN_VALUE);
    var minusOne = new Scalar();
    minusOne.setConstant(-1);
    Division.apply(AluOperation.SDIV, false, target, minusOne);
    assertThat(target.isConstant()).isTrue();
    assertThat(target.constant()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void bytesSwap() {
    var target = new Scalar();
    target.bits = new Tnum(0x1200, 0xff);
    target.boundByBits();
    Division.swap(target, 2);
    assertThat(target.bits).isEqualTo(new Tnum(0x12, 0xff00));
  }
}
