package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.junit.jupiter.api.Test;

final class BtfDeduplicationTest {
  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);

  private int integer() {
    return builder.add(new BtfType.Int("int", 4, 1, 0, 32));
  }

  private int struct(String name, int... members) {
    var list = new ArrayList<Member>();
    for (int i = 0; i < members.length; i++) {
      list.add(new Member("m" + i, members[i], 64L * i, 0));
    }
    return builder.add(new BtfType.Struct(name, 8L * members.length, false, list));
  }

  private int pointer(int target) {
    return builder.add(new BtfType.Pointer(target));
  }

  private BtfDeduplication.Result run() {
    return BtfDeduplication.of(builder.build());
  }

  private static List<BtfType> types(Btf btf) {
    var types = new ArrayList<BtfType>();
    for (int id = 1; id < btf.typeCount(); id++) {
      types.add(btf.type(id));
    }
    return types;
  }

  @Test
  void equalNumbersBecomeOneAndOthersKeepTheirOrder() {
    integer();
    builder.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
    integer();
    builder.add(new BtfType.Floating("float", 4));
    builder.add(new BtfType.Int("int", 8, 1, 0, 64));
    var result = run();
    assertThat(result.ids()).containsExactly(0, 1, 2, 1, 3, 4);
    assertThat(types(result.btf()))
        .containsExactly(
            new BtfType.Int("int", 4, 1, 0, 32),
            new BtfType.Int("unsigned int", 4, 0, 0, 32),
            new BtfType.Floating("float", 4),
            new BtfType.Int("int", 8, 1, 0, 64));
  }

  @Test
  void structsThatLeadToThemselvesBecomeOne() {
    for (int copy = 0; copy < 2; copy++) {
      var first = builder.typeCount();
      struct("node", first + 1, first + 2);
      pointer(first);
      integer();
    }
    var result = run();
    assertThat(result.ids()).containsExactly(0, 1, 2, 3, 1, 2, 3);
    assertThat(result.btf().typeCount()).isEqualTo(4);
  }

  @Test
  void structsThatDifferDeepInsideStayApart() {
    var one = struct("inner", integer());
    struct("outer", pointer(pointer(one)));
    var other = struct("inner", builder.add(new BtfType.Int("long", 8, 1, 0, 64)));
    struct("outer", pointer(pointer(other)));
    assertThat(run().btf().typeCount()).isEqualTo(builder.typeCount());
  }

  @Test
  void aDeclarationIsTheOneStructOfItsName() {
    var forward = builder.add(new BtfType.Forward("node", false));
    var user = struct("user", pointer(forward));
    var node = struct("node", integer());
    var otherUser = struct("user", pointer(node));
    var result = run();
    assertThat(result.ids().get(forward)).isEqualTo(result.ids().get(node));
    assertThat(result.ids().get(user)).isEqualTo(result.ids().get(otherUser));
    assertThat(types(result.btf())).noneMatch(BtfType.Forward.class::isInstance);
  }

  @Test
  void declarationsOfStructsThatNeedEachOtherAreResolved() {
    var forwardB = builder.add(new BtfType.Forward("b", false));
    var a = struct("a", pointer(forwardB));
    var first = builder.typeCount();
    struct("a", first + 1);
    pointer(first + 2);
    struct("b", first + 3);
    pointer(first);
    var forwardA = builder.add(new BtfType.Forward("a", false));
    struct("b", pointer(forwardA));
    var result = run();
    assertThat(result.ids().get(a)).isEqualTo(result.ids().get(first));
    assertThat(result.ids().get(forwardA)).isEqualTo(result.ids().get(a));
    assertThat(result.btf().typeCount()).isEqualTo(5);
  }

  @Test
  void aDeclarationOfOneOfSeveralStructsStaysApart() {
    var forward = builder.add(new BtfType.Forward("node", false));
    var small = struct("node", integer());
    var large = struct("node", integer(), integer());
    var result = run();
    assertThat(List.of(forward, small, large).stream().map(result.ids()::get).distinct())
        .hasSize(3);
  }

  @Test
  void structsThatOnlyLookTheSameMakeADeclarationAmbiguous() {
    var forward = builder.add(new BtfType.Forward("node", false));
    var one = struct("node", integer());
    var other = struct("node", pointer(0));
    var result = run();
    assertThat(List.of(forward, one, other).stream().map(result.ids()::get).distinct()).hasSize(3);
  }

  @Test
  void aDeclarationOfAUnionIsNoStruct() {
    var forward = builder.add(new BtfType.Forward("node", true));
    var struct = struct("node", integer());
    var result = run();
    assertThat(result.ids().get(forward)).isNotEqualTo(result.ids().get(struct));
  }

  @Test
  void aDeclaredEnumIsTheOneOfItsName() {
    var declared = builder.add(new BtfType.Enum("e", 4, false, false, List.of()));
    var wide =
        builder.add(
            new BtfType.Enum("e", 8, false, true, List.of(new Enumerator("BIG", 1L << 40))));
    var result = run();
    assertThat(result.ids().get(declared)).isEqualTo(result.ids().get(wide));
    assertThat(types(result.btf())).hasSize(1);
  }

  @Test
  void variablesStayApart() {
    var type = integer();
    var one = builder.add(new BtfType.Variable("x", type, 0));
    var other = builder.add(new BtfType.Variable("x", integer(), 0));
    var result = run();
    assertThat(result.ids().get(one)).isNotEqualTo(result.ids().get(other));
  }

  @Test
  void functionsAreTheSameByNameLinkageAndParameters() {
    var ids = new ArrayList<Integer>();
    for (var parameter : List.of("a", "a", "b")) {
      var prototype =
          builder.add(new BtfType.Prototype(0, List.of(new Parameter(parameter, integer()))));
      ids.add(builder.add(new BtfType.Function("f", prototype, 1)));
    }
    ids.add(builder.add(new BtfType.Function("f", builder.typeCount() - 2, 0)));
    var result = run();
    assertThat(ids.stream().map(result.ids()::get).distinct()).hasSize(3);
    assertThat(result.ids().get(ids.get(0))).isEqualTo(result.ids().get(ids.get(1)));
  }

  @Test
  void splitTypesAreRefused() {
    integer();
    var split = BtfBuilder.emptySplit(builder.build()).build();
    assertThatIllegalArgumentException().isThrownBy(() -> BtfDeduplication.of(split));
  }

  @Test
  void aLongChainTakesNoTime() {
    var last = integer();
    for (int i = 0; i < 60_000; i++) {
      last = pointer(last);
    }
    assertThat(run().btf().typeCount()).isEqualTo(builder.typeCount());
  }

  /// Types at random are as many as the pairs that can be told apart say, found by trying depth
  /// after depth; and a second run finds nothing more.
  @Test
  void agreesWithAnotherWayToCount() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(20240911);
    for (int round = 0; round < 300; round++) {
      var types = BtfBuilder.empty(ByteOrder.BIG_ENDIAN);
      var count = random.nextInt(2, 30);
      for (int i = 0; i < count; i++) {
        var to = random.nextInt(count + 1);
        var other = random.nextInt(count + 1);
        types.add(
            switch (random.nextInt(4)) {
              case 0 -> new BtfType.Int("i" + random.nextInt(2), 4, 0, 0, 32);
              case 1 -> new BtfType.Pointer(to);
              case 2 -> new BtfType.Const(to);
              default ->
                  new BtfType.Struct(
                      "s",
                      16,
                      false,
                      List.of(new Member("a", to, 0, 0), new Member("b", other, 64, 0)));
            });
      }
      var btf = types.build();
      var result = BtfDeduplication.of(btf);
      assertThat(result.btf().typeCount()).isEqualTo(distinct(btf));
      assertThat(BtfDeduplication.of(result.btf()).btf().bytes()).isEqualTo(result.btf().bytes());
    }
  }

  /// How many types there are, `void` among them, by colours that are made finer until they stay.
  private static int distinct(Btf btf) {
    var colours = new ArrayList<String>();
    for (int id = 0; id < btf.typeCount(); id++) {
      colours.add("");
    }
    var known = 1;
    while (true) {
      var next = new ArrayList<String>();
      for (int id = 0; id < btf.typeCount(); id++) {
        next.add(
            switch (btf.type(id)) {
              case BtfType.Int t -> t.name();
              case BtfType.Pointer t -> "*" + colours.get(t.target());
              case BtfType.Const t -> "c" + colours.get(t.target());
              case BtfType.Struct t ->
                  "s"
                      + colours.get(t.members().get(0).type())
                      + ","
                      + colours.get(t.members().get(1).type());
              default -> "void";
            });
      }
      var numbers = new ArrayList<>(new HashSet<>(next));
      colours.clear();
      next.forEach(c -> colours.add("(" + numbers.indexOf(c) + ")"));
      if (numbers.size() == known) {
        return known;
      }
      known = numbers.size();
    }
  }
}
