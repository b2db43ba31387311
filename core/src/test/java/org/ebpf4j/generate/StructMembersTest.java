package org.ebpf4j.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.Allocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the members of large and of damaged structs take.
@Timeout(60)
final class StructMembersTest {
  private final BtfBuilder types = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  private final int number = types.add(new BtfType.Int("int", 4, 1, 0, 32));

  /// Thirty structs without a name, each of which has the next one twice.
  @Test
  void structsThatMultiplyAreRefused() {
    var inner = types.add(new Struct("", 4, false, List.of()));
    for (int i = 0; i < 30; i++) {
      var member = new Member("", inner, 0, 0);
      inner = types.add(new Struct("", 4, false, List.of(member, member)));
    }
    var bomb = types.add(new Struct("bomb", 4, false, List.of(new Member("", inner, 0, 0))));
    var btf = types.build();
    assertThat(
            Allocation.of(() ->
                assertThatThrownBy(() -> StructMembers.of(btf, bomb, false))
                    .isInstanceOf(MalformedObjectException.class)
                    .hasMessageContaining("too many members")))
        .isLessThan(Allocation.limit(btf.bytes().length));
  }

  @Test
  void membersAreFoundByTheirComponentsOnceEach() {
    var list = new ArrayList<Member>();
    for (int i = 0; i < 4_000; i++) {
      list.add(new Member("a_member_" + i, number, 32L * i, 0));
    }
    list.add(new Member("twice_as", number, 0, 0));
    list.add(new Member("twice_As", number, 0, 0));
    var struct = types.add(new Struct("large", 16_000, false, list));
    var btf = types.build();
    var members = StructMembers.of(btf, struct, false);
    var found = new ArrayList<String>();
    var allocated =
        Allocation.of(() ->
            members.found().stream()
                .filter(member -> members.isFoundBy(NameScope.camel(member.name()), member))
                .map(StructMembers.Found::name)
                .forEach(found::add));
    assertThat(found).hasSize(4_000).doesNotContain("twice_as", "twice_As");
    assertThat(members.isFoundBy("twice_as", members.found().get(4_000))).isTrue();
    assertThat(allocated).isLessThan(Allocation.limit(btf.bytes().length));
  }
}
