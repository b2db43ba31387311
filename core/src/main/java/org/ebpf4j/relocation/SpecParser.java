package org.ebpf4j.relocation;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.CoreRelocation;
import org.ebpf4j.relocation.Spec.Step;

/// Reads access strings. `0:1:2` of a struct is element 2 of member 1 of what a pointer to the
/// struct points at; `3` of an enumeration is its enumerator 3; of a type there is only `0`.
final class SpecParser {
  private SpecParser() {}

  static Spec parse(CoreKind kind, CoreRelocation relocation, Types types) {
    var indices = indices(relocation.access());
    return switch (kind.subject()) {
      case TYPE -> {
        if (!relocation.access().equals("0")) {
          throw malformed(relocation.access(), "of a type there is only 0");
        }
        types.type(relocation.type());
        yield new Spec(types, relocation.type(), List.of(), 0);
      }
      case ENUMERATOR -> enumerator(relocation, types, indices);
      case FIELD -> field(relocation, types, indices);
    };
  }

  /// The numbers between the colons, as `sscanf` with `%d` reads them.
  private static List<Integer> indices(String access) {
    var indices = new ArrayList<Integer>();
    int at = 0;
    while (at < access.length()) {
      if (at > 0 && access.charAt(at) == ':') {
        at++;
      }
      while (at < access.length() && isSpace(access.charAt(at))) {
        at++;
      }
      var negative = at < access.length() && access.charAt(at) == '-';
      if (negative || (at < access.length() && access.charAt(at) == '+')) {
        at++;
      }
      var digits = at;
      long number = 0;
      for (; at < access.length() && isDigit(access.charAt(at)); at++) {
        var digit = access.charAt(at) - '0';
        number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
      }
      if (at == digits) {
        throw malformed(access, "a number was expected at its character " + (at + 1));
      }
      var index = (int) (negative ? -number : number);
      if (index < 0) {
        throw malformed(access, "an index is below 0 or above " + Integer.MAX_VALUE);
      }
      if (indices.size() == Spec.MAX_LENGTH) {
        throw malformed(access, "it has more than " + Spec.MAX_LENGTH + " steps");
      }
      indices.add(index);
    }
    if (indices.isEmpty()) {
      throw malformed(access, "it is empty");
    }
    return indices;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static Unresolvable malformed(String access, String reason) {
    return new Unresolvable("the access string \"" + access + "\" is malformed: " + reason);
  }

  private static Spec enumerator(CoreRelocation relocation, Types types, List<Integer> indices) {
    var id = types.resolve(relocation.type());
    var index = indices.getFirst();
    if (!(types.type(id) instanceof BtfType.Enum t)) {
      throw new Unresolvable(types.describe(relocation.type()) + " is no enumeration");
    }
    if (indices.size() > 1 || index >= t.values().size()) {
      throw malformed(
          relocation.access(),
          types.describe(relocation.type()) + " has " + t.values().size() + " enumerators");
    }
    return new Spec(
        types, relocation.type(), List.of(new Step(id, index, t.values().get(index).name())), 0);
  }

  private static Spec field(CoreRelocation relocation, Types types, List<Integer> indices) {
    var path = new ArrayList<Step>(indices.size());
    var id = types.resolve(relocation.type());
    path.add(new Step(id, indices.getFirst(), null));
    var bits = indices.getFirst() * types.size(id) * 8;
    for (int i = 1; i < indices.size(); i++) {
      id = types.resolve(id);
      int index = indices.get(i);
      switch (types.type(id)) {
        case BtfType.Struct t -> {
          if (index >= t.members().size()) {
            throw malformed(
                relocation.access(),
                types.describe(id)
                    + " has "
                    + t.members().size()
                    + " members, and member "
                    + index
                    + " is asked for");
          }
          var member = t.members().get(index);
          bits += member.bitOffset();
          if (!member.name().isEmpty()) {
            path.add(new Step(id, index, member.name()));
          }
          id = member.type();
        }
        case BtfType.Array t -> {
          id = types.resolve(t.element());
          if (index >= t.count() && !isFlexible(types, path.getLast(), t)) {
            throw malformed(
                relocation.access(),
                "an array has " + t.count() + " elements, and element " + index + " is asked for");
          }
          path.add(new Step(id, index, null));
          bits += index * types.size(id) * 8;
        }
        default ->
            throw malformed(
                relocation.access(),
                "step " + i + " leads into " + types.describe(id) + ", which has no parts");
      }
    }
    return new Spec(types, relocation.type(), path, bits & 0xffff_ffffL);
  }

  /// Whether an array is the last member of a struct and is declared without a size.
  ///
  /// @param before the step that led to it
  static boolean isFlexible(Types types, Step before, BtfType.Array array) {
    return before.name() != null
        && array.count() == 0
        && types.type(before.type()) instanceof BtfType.Struct t
        && before.index() == t.members().size() - 1;
  }
}
