package org.ebpf4j.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryTest {
  private static Binary read(String name) {
    return Binary.read(name, ByteSource.of(TestObjects.programBytes(name)));
  }

  private static Functions functions(String name) {
    return read(name).functions(Optional.empty());
  }

  @Test
  void namesStandForDefaultVersions() {
    var functions = functions("versions.so");
    assertThat(functions.find("answer"))
        .singleElement()
        .satisfies(f -> {
          assertThat(f.fullName()).isEqualTo("answer@@SECOND");
          assertThat(f.address()).isPositive();
        });
    assertThat(functions.find("answer@FIRST"))
        .singleElement()
        .satisfies(f -> assertThat(f.isDefault()).isFalse());
    assertThat(functions.find("answer@SECOND")).isEqualTo(functions.find("answer@@SECOND"));
    assertThat(functions.find("answer@@FIRST")).isEmpty();
    assertThat(functions.find("only_old"))
        .singleElement()
        .satisfies(f -> assertThat(f.fullName()).isEqualTo("only_old@FIRST"));
    assertThat(functions.find("nothing")).isEmpty();
    assertThat(functions.find("")).isEmpty();
  }

  @Test
  void otherFunctionsAreFoundToo() {
    var functions = functions("versions.so");
    assertThat(functions.find("weak")).singleElement().matches(Function::isWeak);
    assertThat(functions.find("chosen")).singleElement().matches(Function::isIndirect);
    assertThat(functions.find("chosen_code")).as("a local one").hasSize(1);
    assertThat(functions.find("imported"))
        .singleElement()
        .satisfies(f -> assertThat(f.isDefined()).isFalse());
  }

  @Test
  void patternsFindEachAddressOnce() {
    var functions = functions("versions.so");
    assertThat(functions.matching("plain*")).hasSize(1);
    assertThat(functions.matching("?lai*s")).hasSize(1);
    assertThat(functions.matching("cho*"))
        .extracting(Function::name)
        .containsExactly("chosen_code", "choose");
    assertThat(functions.matching("x*")).isEmpty();
    assertThat(functions.names()).contains("answer", "plain_alias").doesNotContain("imported");
  }

  @Test
  void addressesAreBytesOfTheFile() {
    var fixed = read("probed");
    assertThat(fixed.isMovable()).isFalse();
    assertThat(fixed.machine()).isEqualTo(Binary.X86_64);
    var address = fixed.functions(Optional.empty()).find("work_one").getFirst().address();
    assertThat(fixed.fileOffset(address)).contains(address - 0x400000);
    assertThat(fixed.fileOffset(0x10)).isEmpty();
    assertThat(read("probed_pie").isMovable()).isTrue();
  }

  @Test
  void staticProbesHaveTheirPlaces() {
    var probes = read("probed_pie").staticProbes();
    assertThat(probes)
        .extracting(StaticProbe::name)
        .containsExactly("tick", "tick", "watched", "indexed");
    assertThat(probes).allMatch(p -> p.provider().equals("ebpf4j") && p.offset() > 0);
    assertThat(probes.get(0).semaphore()).isZero();
    assertThat(probes.get(2).semaphore()).isPositive();
    assertThat(StaticArgument.parse(probes.get(3).arguments(), Binary.X86_64))
        .singleElement()
        .satisfies(a -> assertThat(a.kind()).isEqualTo(StaticArgument.Kind.INDEXED));
  }

  @Test
  void packedSymbolsWantADecompressor() {
    var packed = read("probed_packed");
    assertThat(packed.hasPackedSymbols()).isTrue();
    assertThat(packed.functions(Optional.empty()).find("local_work")).isEmpty();
    // What comes of unpacking is a file of its own.
    SymbolDecompressor pretended = (_, _) -> TestObjects.programBytes("probed");
    assertThat(packed.functions(Optional.of(pretended)).find("local_work")).hasSize(1);
  }

  @Test
  void otherFilesAreRefused() {
    assertThatThrownBy(() -> Binary.read("x", ByteSource.of(new byte[3])))
        .isInstanceOf(MalformedObjectException.class);
    assertThatThrownBy(() -> Binary.read("x", ByteSource.of(new byte[100])))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("not a program file or library")
        .hasMessageContaining("does not begin with 7f 45 4c 46 (ELF)");
    var script =
        "#! /usr/bin/env bash\nexec python3.12 \"$@\"\n".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> Binary.read("python3", ByteSource.of(script)))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("it is a script, which /usr/bin/env bash runs")
        .extracting(e -> ((MalformedObjectException) e).advice())
        .isEqualTo("name the program that runs it: the file itself, not a script that starts it");
    assertThatThrownBy(() -> Binary.read("x", ByteSource.of(TestObjects.bytes("attach/user"))))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("ELF type 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"probed", "probed_pie", "versions.so", "probed_packed"})
  void aDamagedFileGivesAValueOrAnError(String name) {
    var seed = Long.getLong("ebpf4j.seed", System.nanoTime());
    for (int i = 0; i < 2_000; i++) {
      var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + i);
      var bytes = TestObjects.programBytes(name);
      for (int j = 0; j <= random.nextInt(8); j++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      try {
        var binary = Binary.read(name, ByteSource.of(bytes));
        var functions = binary.functions(Optional.empty());
        functions.find("answer@FIRST");
        functions.matching("*");
        binary.neededLibraries();
        binary.staticProbes();
      } catch (MalformedObjectException e) {
        assertThat(e).hasMessageContaining(name);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("replay with -Debpf4j.seed=" + (seed + i), e);
      }
    }
  }
}
