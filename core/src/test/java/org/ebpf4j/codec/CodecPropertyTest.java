package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// Structs of random bit fields against the same bits counted one by one.
@EnabledIf("countsFromTheLowestBit")
final class CodecPropertyTest {
  private static final int STRUCTS = 300;
  private static final int VALUES = 20;

  private record Four(long a, long b, long c, long d) {
    static Four of(long[] values) {
      return new Four(values[0], values[1], values[2], values[3]);
    }
  }

  private record Field(int type, int first, int bits, boolean signed) {}

  private final Random random = new Random(20_261_123);
  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.nativeOrder());
  private final int signed = builder.add(new BtfType.Int("long", 8, 1, 0, 64));
  private final int unsigned = builder.add(new BtfType.Int("unsigned long", 8, 0, 0, 64));

  static boolean countsFromTheLowestBit() {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  private List<Field> fields() {
    var fields = new ArrayList<Field>();
    var at = 0;
    for (int i = 0; i < 4; i++) {
      at += random.nextInt(12);
      var isSigned = random.nextBoolean();
      var bits = 1 + random.nextInt(64);
      fields.add(new Field(isSigned ? signed : unsigned, at, bits, isSigned));
      at += bits;
    }
    return fields;
  }

  private long value(Field field) {
    var shift = 64 - field.bits();
    var bits = random.nextInt(4) == 0 ? -random.nextInt(2) : random.nextLong();
    return field.signed() ? bits << shift >> shift : bits << shift >>> shift;
  }

  @Test
  void writesAndReadsTheBitsOfEachFieldAndNoOthers() {
    for (int s = 0; s < STRUCTS; s++) {
      var fields = fields();
      var members = new ArrayList<BtfType.Member>();
      for (int i = 0; i < 4; i++) {
        var field = fields.get(i);
        members.add(
            new BtfType.Member("" + "abcd".charAt(i), field.type(), field.first(), field.bits()));
      }
      var last = fields.getLast();
      var size = (last.first() + last.bits() + 7) / 8 + random.nextInt(3);
      var id = builder.add(new BtfType.Struct("s", size, false, members));
      var codec = Codec.of(Four.class, builder.build(), id);
      for (int v = 0; v < VALUES; v++) {
        check(codec, fields, size);
      }
      checkRange(codec, fields);
    }
  }

  private void check(Codec<Four> codec, List<Field> fields, int size) {
    var values = fields.stream().mapToLong(this::value).toArray();
    var expected = BigInteger.ZERO;
    for (int i = 0; i < 4; i++) {
      var field = fields.get(i);
      var bits =
          BigInteger.valueOf(values[i])
              .and(BigInteger.ONE.shiftLeft(field.bits()).subtract(BigInteger.ONE));
      expected = expected.or(bits.shiftLeft(field.first()));
    }
    var bytes = new byte[size + 2];
    var memory = MemorySegment.ofArray(bytes).fill((byte) -1);
    codec.write(memory, 1, Four.of(values));
    var written = BigInteger.ZERO;
    for (int i = size; i > 0; i--) {
      written = written.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xff));
    }
    assertThat(written).as("%s", fields).isEqualTo(expected);
    assertThat(bytes[0]).isEqualTo((byte) -1);
    assertThat(bytes[size + 1]).isEqualTo((byte) -1);
    assertThat(codec.read(memory, 1)).as("%s", fields).isEqualTo(Four.of(values));
    // Bits around the fields are not looked at.
    for (int bit = 0; bit < 8 * size; bit++) {
      var at = bit;
      if (fields.stream().noneMatch(f -> f.first() <= at && at < f.first() + f.bits())) {
        bytes[1 + bit / 8] |= (byte) (1 << (bit % 8));
      }
    }
    assertThat(codec.read(memory, 1)).as("%s", fields).isEqualTo(Four.of(values));
  }

  private static void checkRange(Codec<Four> codec, List<Field> fields) {
    var memory = MemorySegment.ofArray(new byte[codec.size()]);
    for (int i = 0; i < 4; i++) {
      var field = fields.get(i);
      if (field.bits() < 64) {
        var values = new long[4];
        values[i] = 1L << (field.signed() ? field.bits() - 1 : field.bits());
        assertThatThrownBy(() -> codec.write(memory, 0, Four.of(values)))
            .isInstanceOf(IllegalArgumentException.class);
        values[i] = field.signed() ? -values[i] - 1 : -1;
        assertThatThrownBy(() -> codec.write(memory, 0, Four.of(values)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
