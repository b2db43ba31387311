package org.ebpf4j.btf.text;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.NotFoundException;

/// A part of a value: a member, an element of an array, or the whole.
///
/// @param type its type in the BTF
/// @param bitOffset where it starts, in bits from the start of the value
/// @param bits how wide it is where it is a bit field, else 0
public record ValuePlace(int type, long bitOffset, int bits) {
  /// The whole of a value.
  public static ValuePlace of(int type) {
    return new ValuePlace(type, 0, 0);
  }

  /// A part of a value by its path, such as `hits`, `addr.port`, `slots[3]` or `[2].x`. Members of
  /// structs without a name are those of the struct around them; variables are those of a data
  /// section.
  ///
  /// @throws NotFoundException where there is no such member
  /// @throws IllegalArgumentException where the path is none, or an index is out of range
  public static ValuePlace find(Btf btf, int type, String path) {
    var place = of(type);
    var at = 0;
    while (at < path.length()) {
      if (path.charAt(at) == '[') {
        var end = path.indexOf(']', at);
        if (end < 0) {
          throw new IllegalArgumentException("'" + path + "' has a [ without its ]");
        }
        place = place.element(btf, path.substring(at + 1, end), path);
        at = end + 1;
        continue;
      }
      at += path.charAt(at) == '.' ? 1 : 0;
      var end = at;
      while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
        end++;
      }
      if (end == at) {
        throw new IllegalArgumentException("'" + path + "' is no path of members");
      }
      place = place.member(btf, path.substring(at, end));
      at = end;
    }
    return place;
  }

  /// A member by its name.
  ///
  /// @throws NotFoundException where there is no such member
  ValuePlace member(Btf btf, String name) {
    var resolved = behind(btf, type);
    var found =
        switch (btf.type(resolved)) {
          case BtfType.Struct struct -> inStruct(btf, struct, bitOffset, name, 0);
          case BtfType.DataSection section -> inSection(btf, section, name);
          default ->
              throw new IllegalArgumentException(
                  "'" + name + "' cannot be a member: " + describe(btf) + " has none");
        };
    return found.orElseThrow(() -> new NotFoundException("member", name, names(btf, type)));
  }

  private static Optional<ValuePlace> inStruct(
      Btf btf, BtfType.Struct struct, long base, String name, int depth) {
    for (var member : struct.members()) {
      var at = base + member.bitOffset();
      if (member.name().equals(name)) {
        return Optional.of(new ValuePlace(member.type(), at, member.bits()));
      }
      if (member.name().isEmpty()
          && depth < 32
          && btf.type(btf.resolve(member.type())) instanceof BtfType.Struct inner) {
        var found = inStruct(btf, inner, at, name, depth + 1);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<ValuePlace> inSection(Btf btf, BtfType.DataSection section, String name) {
    for (var part : section.variables()) {
      if (btf.type(part.variable()) instanceof BtfType.Variable variable
          && variable.name().equals(name)) {
        return Optional.of(new ValuePlace(variable.type(), bitOffset + 8 * part.offset(), 0));
      }
    }
    return Optional.empty();
  }

  private ValuePlace element(Btf btf, String index, String path) {
    if (!(btf.type(behind(btf, type)) instanceof BtfType.Array array)) {
      throw new IllegalArgumentException("'" + path + "': " + describe(btf) + " is no array");
    }
    if (!index.matches("[0-9]{1,9}") || Long.parseLong(index) >= array.count()) {
      throw new IllegalArgumentException(
          "'" + path + "': '" + index + "' is no index of an array of " + array.count());
    }
    var size = btf.size(array.element());
    return new ValuePlace(array.element(), bitOffset + 8 * size * Long.parseLong(index), 0);
  }

  /// The names of the members of a type; none where it has no members.
  public static Set<String> names(Btf btf, int type) {
    var names = new LinkedHashSet<String>();
    switch (btf.type(behind(btf, type))) {
      case BtfType.Struct struct ->
          struct
              .members()
              .forEach(member -> {
                if (!member.name().isEmpty()) {
                  names.add(member.name());
                } else if (btf.type(btf.resolve(member.type())) instanceof BtfType.Struct) {
                  names.addAll(names(btf, member.type()));
                }
              });
      case BtfType.DataSection section ->
          section
              .variables()
              .forEach(part -> {
                if (btf.type(part.variable()) instanceof BtfType.Variable variable) {
                  names.add(variable.name());
                }
              });
      default -> {
        // Numbers and the like have no members.
      }
    }
    return names;
  }

  private static int behind(Btf btf, int type) {
    var resolved = btf.resolve(type);
    return btf.type(resolved) instanceof BtfType.Variable variable
        ? btf.resolve(variable.type())
        : resolved;
  }

  /// Its type in C.
  String describe(Btf btf) {
    return new CDeclarations(btf).declaration(type, "").strip();
  }
}
