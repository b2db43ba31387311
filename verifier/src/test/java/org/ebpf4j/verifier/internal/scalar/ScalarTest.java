package org.ebpf4j.verifier.internal.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is said of numbers holds for every number that they stand for.
class ScalarTest {
  private static final long SEED = 20_261_130;
  private static final int ROUNDS = 4000;

  /// Some numbers, and what is known of them.
  private record Known(List<Long> numbers, Scalar scalar) {}

  private static long edge(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(256);
      case 1 -> -random.nextInt(256);
      case 2 -> Integer.MAX_VALUE - 4L + random.nextInt(8);
      case 3 -> Integer.MIN_VALUE - 4L + random.nextInt(8);
      case 4 -> Long.MIN_VALUE + random.nextInt(8);
      default -> (1L << 32) - 4 + random.nextInt(8);
    };
  }

  private static Known known(Random random) {
    var numbers = new long[1 + random.nextInt(6)];
    var base = edge(random);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextInt(4) == 0 ? edge(random) : base + random.nextInt(16);
    }
    var scalar = new Scalar();
    scalar.setConstant(numbers[0]);
    for (long number : numbers) {
      scalar.bits = scalar.bits.union(Tnum.of(number));
      scalar.smin = Math.min(scalar.smin, number);
      scalar.smax = Math.max(scalar.smax, number);
      scalar.umin = Scalar.minUnsigned(scalar.umin, number);
      scalar.umax = Scalar.maxUnsigned(scalar.umax, number);
      scalar.s32min = Math.min(scalar.s32min, (int) number);
      scalar.s32max = Math.max(scalar.s32max, (int) number);
      scalar.u32min = Scalar.minUnsigned(scalar.u32min, (int) number);
      scalar.u32max = Scalar.maxUnsigned(scalar.u32max, (int) number);
    }
    if (random.nextBoolean()) {
      scalar.sync();
    }
    return new Known(LongStream.of(numbers).boxed().toList(), scalar);
  }

  private static long run(AluOperation operation, boolean narrow, long a, long b) {
    if (narrow) {
      int left = (int) a;
      int right = (int) b;
      int by = right & 31;
      int result =
          switch (operation) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> right == 0 ? 0 : Integer.divideUnsigned(left, right);
            case MOD -> right == 0 ? left : Integer.remainderUnsigned(left, right);
            case SDIV -> right == 0 ? 0 : left / right;
            case SMOD -> right == 0 ? left : left % right;
            case OR -> left | right;
            case AND -> left & right;
            case XOR -> left ^ right;
            case LSH -> left << by;
            case RSH -> left >>> by;
            case ARSH -> left >> by;
          };
      return Integer.toUnsignedLong(result);
    }
    int by = (int) b & 63;
    return switch (operation) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
      case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
      case SDIV -> b == 0 ? 0 : a / b;
      case SMOD -> b == 0 ? a : a % b;
      case OR -> a | b;
      case AND -> a & b;
      case XOR -> a ^ b;
      case LSH -> a << by;
      case RSH -> a >>> by;
      case ARSH -> a >> by;
    };
  }

  @ParameterizedTest
  @EnumSource(AluOperation.class)
  void holdsForEveryResult(AluOperation operation) {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      boolean narrow = random.nextBoolean();
      var left = known(random);
      var right = known(random);
      if (random.nextInt(3) == 0) {
        long by = random.nextInt(narrow ? 32 : 64);
        right = new Known(List.of(by), constant(by));
      }
      var result = copy(left.scalar());
      Arithmetic.apply(operation, narrow, result, right.scalar());
      for (long a : left.numbers()) {
        for (long b : right.numbers()) {
          assertThat(result.contains(run(operation, narrow, a, b)))
              .as("round %d: %d %s %d", round, a, operation, b)
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AluOperation.class)
  void isExactForAllPairsOfBytes(AluOperation operation) {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        var left = constant(a);
        Arithmetic.apply(operation, false, left, constant(b));
        long result = run(operation, false, a, b);
        assertThat(left.contains(result)).as("%d %s %d", a, operation, b).isTrue();
        boolean shifts =
            operation == AluOperation.LSH
                || operation == AluOperation.RSH
                || operation == AluOperation.ARSH;
        if (Arithmetic.isTracked(operation, false, constant(b)) && (!shifts || b < 64)) {
          assertThat(left.isConstant()).as("%d %s %d", a, operation, b).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Condition.class)
  void learnsWhatHolds(Condition condition) {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      boolean narrow = random.nextBoolean();
      var left = known(random);
      var right = known(random);
      var outcome = Comparison.outcome(condition, narrow, left.scalar(), right.scalar());
      for (boolean holds : new boolean[] {true, false}) {
        var l = copy(left.scalar());
        var r = copy(right.scalar());
        Comparison.learn(condition, holds, narrow, l, r);
        l.sync();
        r.sync();
        for (long a : left.numbers()) {
          for (long b : right.numbers()) {
            if (compare(condition, narrow, a, b) != holds) {
              continue;
            }
            assertThat(outcome)
                .isNotEqualTo(holds ? Comparison.Outcome.NEVER : Comparison.Outcome.ALWAYS);
            assertThat(l.contains(a)).as("%d %s %d", a, condition, b).isTrue();
            assertThat(r.contains(b)).as("%d %s %d", a, condition, b).isTrue();
          }
        }
      }
    }
  }

  private static boolean compare(Condition condition, boolean narrow, long a, long b) {
    long l = narrow ? (int) a : a;
    long r = narrow ? (int) b : b;
    int unsigned = narrow ? Integer.compareUnsigned((int) a, (int) b) : Long.compareUnsigned(a, b);
    return switch (condition) {
      case EQ -> l == r;
      case NE -> l != r;
      case SET -> (l & r) != 0;
      case GT -> unsigned > 0;
      case GE -> unsigned >= 0;
      case LT -> unsigned < 0;
      case LE -> unsigned <= 0;
      case SGT -> l > r;
      case SGE -> l >= r;
      case SLT -> l < r;
      case SLE -> l <= r;
    };
  }

  @Test
  void extendsSigns() {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      var from = known(random);
      for (int bytes : new int[] {1, 2, 4}) {
        int up = Long.SIZE - bytes * 8;
        var wide = copy(from.scalar());
        Extensions.signExtend(wide, bytes);
        var cut = copy(from.scalar());
        Extensions.cut(cut, bytes);
        for (long number : from.numbers()) {
          assertThat(wide.contains(number << up >> up)).isTrue();
          assertThat(cut.contains(number << up >>> up)).isTrue();
        }
        if (bytes < 4) {
          int up32 = Integer.SIZE - bytes * 8;
          var narrow = copy(from.scalar());
          Extensions.signExtend32(narrow, bytes);
          narrow.zeroExtend();
          narrow.sync();
          for (long number : from.numbers()) {
            assertThat(narrow.contains(Integer.toUnsignedLong((int) number << up32 >> up32)))
                .isTrue();
          }
        }
      }
    }
  }

  @Test
  void operatorsOfBitsHoldForAllNumbersOfFourBits() {
    int bits = 4;
    int size = 1 << bits;
    for (int v = 0; v < size; v++) {
      for (int m = 0; m < size; m++) {
        for (int w = 0; w < size; w++) {
          for (int n = 0; n < size; n++) {
            if ((v & m) == 0 && (w & n) == 0) {
              checkBits(new Tnum(v, m), new Tnum(w, n), size);
            }
          }
        }
      }
    }
  }

  private static void checkBits(Tnum a, Tnum b, int size) {
    var sum = a.add(b);
    var difference = a.subtract(b);
    var product = a.multiply(b);
    var and = a.and(b);
    var or = a.or(b);
    var xor = a.xor(b);
    boolean overlap = false;
    for (int x = 0; x < size; x++) {
      for (int y = 0; y < size; y++) {
        if (!a.contains(x) || !b.contains(y)) {
          continue;
        }
        overlap |= x == y;
        boolean all =
            sum.contains(x + y)
                && difference.contains(x - y)
                && product.contains((long) x * y)
                && and.contains(x & y)
                && or.contains(x | y)
                && xor.contains(x ^ y)
                && (x != y || a.intersect(b).contains(x))
                && a.union(b).contains(x)
                && a.union(b).contains(y);
        assertThat(all).as("%s %s: %d %d", a, b, x, y).isTrue();
      }
    }
    assertThat(a.overlaps(b)).isEqualTo(overlap);
  }

  private static Scalar constant(long number) {
    var scalar = new Scalar();
    scalar.setConstant(number);
    return scalar;
  }

  private static Scalar copy(Scalar from) {
    var scalar = new Scalar();
    scalar.setNumber(from);
    return scalar;
  }
}
