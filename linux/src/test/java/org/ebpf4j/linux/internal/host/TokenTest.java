package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class TokenTest {
  @TempDir private Path directory;

  @Test
  void opensNoneWhereNoneIsWanted() {
    assertThat(Token.open("")).isEmpty();
  }

  /// None is the rule at the usual place, and the load goes on without.
  @Test
  void takesUsualPlaceForAnOffer() {
    assertThat(Token.open(null, "/sys/fs/bpf")).isEmpty();
    assertThat(Token.open(null, directory.toString())).isEmpty();
    assertThat(Token.open(null, directory.resolve("missing").toString())).isEmpty();
  }

  @Test
  void refusesWherePlaceWasNamed() {
    var missing = directory.resolve("missing").toString();
    assertThatThrownBy(() -> Token.open(missing))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessageContaining(missing);
    assertThatThrownBy(() -> Token.open(directory.toString()))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("TOKEN_CREATE");
  }
}
