package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.codec.IpPrefix;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// LPM tries whose keys are prefixes of addresses, in the shapes that C gives them.
public abstract class PrefixKeysContract {
  private Kernel kernel;

  /// The kernel whose maps are tested.
  protected abstract Kernel open();

  private BpfObject load() {
    return kernel.load(ObjectSpec.read("prefix_keys.bpf.o", TestObjects.bytes("prefix_keys")));
  }

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"word4", "bytes4", "union4", "header4", "size"})
  void prefixesOfFourBytesAreKeys(String shape) {
    holds(shape, "192.0.2.0/24", "192.0.2.7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes16", "words16", "in6", "nested16"})
  void prefixesOfSixteenBytesAreKeys(String shape) {
    holds(shape, "2001:db8::/32", "2001:db8::7");
  }

  private void holds(String shape, String prefix, String address) {
    try (var object = load()) {
      var routes = object.map("by_" + shape).as(IpPrefix.class, Integer.class);
      routes.update(IpPrefix.parse(prefix), 7);
      assertThat(routes.lookup(IpPrefix.parse(address))).contains(7);
      assertThat(routes.entries().toMap()).isEqualTo(Map.of(IpPrefix.parse(prefix), 7));
    }
  }

  @Test
  void otherKeysAreNoPrefixes() {
    try (var object = load()) {
      assertThatThrownBy(() -> object.map("by_port").as(IpPrefix.class, Integer.class))
          .isInstanceOf(LayoutMismatchException.class)
          .hasMessageContaining("does not fit struct port")
          .hasMessageContaining("one member after it, an address of 4 bytes")
          .hasMessageContaining("zone");
      assertThatThrownBy(() -> object.map("by_tenant").as(IpPrefix.class, Integer.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keys of 12 bytes are no prefixes of addresses");
    }
  }
}
