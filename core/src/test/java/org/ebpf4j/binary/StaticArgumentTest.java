package org.ebpf4j.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticArgumentTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-4@$5|CONSTANT|5|0|0|0|4|true",
        "8@$-1|CONSTANT|-1|0|0|0|8|false",
        "8@$0xffffffffffffffff|CONSTANT|-1|0|0|0|8|false",
        "-4@%esi|REGISTER|0|104|0|0|4|true",
        "1@%al|REGISTER|0|80|0|0|1|false",
        "2@%r9w|REGISTER|0|64|0|0|2|false",
        "8@%r15|REGISTER|0|0|0|0|8|false",
        "%rdi|REGISTER|0|112|0|0|8|false",
        "8@-8(%rbp)|MEMORY|-8|32|0|0|8|false",
        "8@(%rsp)|MEMORY|0|152|0|0|8|false",
        "-2@0x10(%rip)|MEMORY|16|128|0|0|2|true",
        "1@-96(%rbp,%rax,8)|INDEXED|-96|32|80|3|1|false",
        "1@(%rbp,%rax)|INDEXED|0|32|80|0|1|false",
      })
  void readsX86(
      String text,
      String kind,
      long value,
      int register,
      int index,
      int scale,
      int size,
      boolean signed) {
    assertThat(StaticArgument.parse(text, Binary.X86_64))
        .containsExactly(
            new StaticArgument(
                StaticArgument.Kind.valueOf(kind), value, register, index, scale, size, signed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-4@5|CONSTANT|5|0|0|0|4|true",
        "8@#-7|CONSTANT|-7|0|0|0|8|false",
        "8@x0|REGISTER|0|0|0|0|8|false",
        "-4@w30|REGISTER|0|240|0|0|4|true",
        "8@sp|REGISTER|0|248|0|0|8|false",
        "8@[x1]|MEMORY|0|8|0|0|8|false",
        "4@[sp, 16]|MEMORY|16|248|0|0|4|false",
        "4@[x19,#-16]|MEMORY|-16|152|0|0|4|false",
        "4@[x2, x3, lsl 2]|INDEXED|0|16|24|2|4|false",
      })
  void readsArm64(
      String text,
      String kind,
      long value,
      int register,
      int index,
      int scale,
      int size,
      boolean signed) {
    assertThat(StaticArgument.parse(text, Binary.AARCH64))
        .containsExactly(
            new StaticArgument(
                StaticArgument.Kind.valueOf(kind), value, register, index, scale, size, signed));
  }

  @Test
  void spacesInBracketsPartNothing() {
    assertThat(StaticArgument.parse("4@[sp, 16] -4@x1  8@[x2]", Binary.AARCH64)).hasSize(3);
    assertThat(StaticArgument.parse("8@(%rax, %rbx, 4) 1@%al", Binary.X86_64)).hasSize(2);
    assertThat(StaticArgument.parse("", Binary.X86_64)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"8f@%xmm0", "8@%xmm0", "3@%eax", "8@name(%rip)", "16@%rax", "8@", "-1@%ah"})
  void saysWhatNobodyCanRead(String text) {
    assertThatThrownBy(() -> StaticArgument.parse(text, Binary.X86_64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the argument '" + text + "' cannot be read");
  }

  @Test
  void symbolsOfArm64AndThirteenArgumentsCannotBeRead() {
    assertThatThrownBy(() -> StaticArgument.parse("4@[x21, #:lo12:sym]", Binary.AARCH64))
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> StaticArgument.parse("8@%rax ".repeat(13), Binary.X86_64))
        .hasMessageContaining("13 arguments");
    assertThatThrownBy(() -> StaticArgument.parse("8@%rax", 3))
        .hasMessageContaining("not for machine 3");
  }

  private static ByteBuffer spec(String arguments, StaticArgument.Layout layout) {
    var spec =
        StaticArgument.spec(
            StaticArgument.parse(arguments, Binary.X86_64), 77, layout, ByteOrder.LITTLE_ENDIAN);
    return ByteBuffer.wrap(spec).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Offsets are those of `struct __bpf_usdt_spec` in `usdt.bpf.h` of libbpf 1.1.
  @Test
  void isLaidOutAsProgramsReadIt() {
    var spec = spec("-2@%dx 4@-96(%rbp)", StaticArgument.Layout.PLAIN);
    assertThat(spec.capacity()).isEqualTo(208);
    assertThat(spec.getInt(8)).isEqualTo(1);
    assertThat(spec.getShort(12)).isEqualTo((short) 96);
    assertThat(spec.get(14)).isEqualTo((byte) 1);
    assertThat(spec.get(15)).isEqualTo((byte) 48);
    assertThat(spec.getLong(16)).isEqualTo(-96);
    assertThat(spec.getInt(24)).isEqualTo(2);
    assertThat(spec.getShort(28)).isEqualTo((short) 32);
    assertThat(spec.get(30)).isZero();
    assertThat(spec.get(31)).isEqualTo((byte) 32);
    assertThat(spec.getLong(192)).isEqualTo(77);
    assertThat(spec.getShort(200)).isEqualTo((short) 2);
  }

  /// Offsets are those that clang gives the struct of libbpf 1.7.
  @Test
  void isLaidOutWithAnIndexAsProgramsReadIt() {
    var spec = spec("-2@%dx 4@-96(%rbp,%rax,8)", StaticArgument.Layout.WITH_INDEX);
    assertThat(spec.capacity()).isEqualTo(304);
    assertThat(spec.get(8)).isEqualTo((byte) 1);
    assertThat(spec.getShort(14)).isEqualTo((short) 96);
    assertThat(spec.get(16)).isEqualTo((byte) 1);
    assertThat(spec.get(17)).isEqualTo((byte) 48);
    assertThat(spec.getLong(24)).isEqualTo(-96);
    assertThat(spec.get(32)).isEqualTo((byte) 3);
    assertThat(spec.getShort(34)).isEqualTo((short) (80 | 3 << 12));
    assertThat(spec.getShort(38)).isEqualTo((short) 32);
    assertThat(spec.get(40)).isZero();
    assertThat(spec.get(41)).isEqualTo((byte) 32);
    assertThat(spec.getLong(288)).isEqualTo(77);
    assertThat(spec.getShort(296)).isEqualTo((short) 2);
  }

  @Test
  void anIndexWantsTheLayoutThatHasOne() {
    assertThatThrownBy(() -> spec("8@%rax 4@(%rbp,%rax,8)", StaticArgument.Layout.PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("argument 1 has an index, which only programs with libbpf 1.7 can read");
  }
}
