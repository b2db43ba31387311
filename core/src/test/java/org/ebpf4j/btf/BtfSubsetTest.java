package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.ebpf4j.btf.BtfType.Array;
import org.ebpf4j.btf.BtfType.Const;
import org.ebpf4j.btf.BtfType.Int;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.Pointer;
import org.ebpf4j.btf.BtfType.Prototype;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.btf.BtfType.Typedef;
import org.junit.jupiter.api.Test;

final class BtfSubsetTest {
  private static final Int INT = new Int("int", 4, 1, 0, 32);

  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);

  BtfSubsetTest() {
    builder.add(INT);
    builder.add(
        new Struct(
            "s",
            24,
            false,
            List.of(
                new Member("number", 3, 0, 0),
                new Member("low", 1, 32, 3),
                new Member("next", 4, 64, 0),
                new Member("many", 6, 128, 0))));
    builder.add(new Typedef("number_t", 1));
    builder.add(new Pointer(5));
    builder.add(new Const(2));
    builder.add(new Array(3, 7, 2));
    builder.add(new Int("index", 4, 0, 0, 32));
    builder.add(new Prototype(4, List.of(new Parameter("p", 4))));
  }

  private static List<BtfType> all(BtfSubset subset) {
    var types = subset.build();
    return IntStream.range(1, types.typeCount()).<BtfType>mapToObj(types::type).toList();
  }

  private BtfSubset subset() {
    return new BtfSubset(builder.build());
  }

  @Test
  void nothingIsKeptUnlessAsked() {
    assertThat(subset().isEmpty()).isTrue();
    assertThat(all(subset())).isEmpty();
    var nothing = subset();
    nothing.keep(0);
    assertThat(nothing.isEmpty()).isTrue();
  }

  @Test
  void aStructIsKeptWithoutItsMembers() {
    var subset = subset();
    subset.keep(2);
    assertThat(all(subset)).containsExactly(new Struct("s", 24, false, List.of()));
  }

  @Test
  void membersAreKeptWithTheirTypesAndPlaces() {
    var subset = subset();
    subset.keepMember(2, 1);
    subset.keepMember(2, 3);
    assertThat(all(subset))
        .containsExactly(
            INT,
            new Struct(
                "s",
                24,
                false,
                List.of(new Member("low", 1, 32, 3), new Member("many", 4, 128, 0))),
            new Typedef("number_t", 1),
            new Array(3, 5, 2),
            new Int("index", 4, 0, 0, 32));
  }

  @Test
  void aPointerPointsToVoidUnlessAsked() {
    var subset = subset();
    subset.keepMember(2, 2);
    assertThat(all(subset))
        .containsExactly(
            new Struct("s", 24, false, List.of(new Member("next", 2, 64, 0))), new Pointer(0));
    var whole = subset();
    whole.keepWithPointees(8);
    assertThat(all(whole))
        .containsExactly(
            new Struct("s", 24, false, List.of()),
            new Pointer(3),
            new Const(1),
            new Prototype(2, List.of(new Parameter("p", 2))));
  }

  @Test
  void typesOfSplitBtfStandByThemselves() {
    var base = builder.build();
    var module = BtfBuilder.emptySplit(base);
    var own = module.add(new Typedef("mine", 3));
    module.add(new Typedef("other", 3));
    var subset = new BtfSubset(module.build());
    subset.keep(own);
    var types = subset.build();
    assertThat(types.base()).isEmpty();
    assertThat(all(subset))
        .containsExactly(INT, new Typedef("number_t", 1), new Typedef("mine", 2));
  }

  @Test
  void onlyStructsHaveMembers() {
    assertThatThrownBy(() -> subset().keepMember(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type 3 has no members");
  }

  @Test
  void typesInACircleAreKeptOnce() {
    var circle = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    circle.add(new Pointer(2));
    circle.add(new Const(1));
    var subset = new BtfSubset(circle.build());
    subset.keepWithPointees(1);
    assertThat(all(subset)).containsExactly(new Pointer(2), new Const(1));
  }
}
