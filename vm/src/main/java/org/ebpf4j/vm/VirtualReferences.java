package org.ebpf4j.vm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Registry;

/// What holds an object of a [VirtualKernel], and how many references the kernel counts. Where
/// nothing changes meanwhile, they are as many. A value.
///
/// @param id the id of the object
/// @param name its name
/// @param count how many references the kernel counts
/// @param users how many of them are numbers that are open, and pins
/// @param found each of them
public record VirtualReferences(int id, String name, int count, int users, List<Holder> found) {
  /// What holds an object. Each holds one reference.
  public sealed interface Holder {
    /// One that was opened in Java, and not closed.
    ///
    /// @param number the number that it was given, where Linux has a descriptor
    record Opened(int number) implements Holder {}

    /// A pin.
    record Pin(Path path) implements Holder {}

    /// A program that uses a map.
    record Program(int id, String name) implements Holder {}

    /// A link that has a program.
    ///
    /// @param place where it is attached
    record Link(int id, String place) implements Holder {}

    /// A map that has an object in an entry.
    ///
    /// @param where the key, in hexadecimal digits
    record Entry(int map, String name, String where) implements Holder {}
  }

  /// Copies the list.
  public VirtualReferences {
    found = List.copyOf(found);
  }

  /// Whether what was found comes to what the kernel counts.
  public boolean isExplained() {
    return found.size() == count;
  }

  static VirtualReferences of(Registry registry, Kept object) {
    var found = new ArrayList<Holder>();
    registry.numbers(object).forEach(number -> found.add(new Holder.Opened(number)));
    registry.pins(object).forEach(pin -> found.add(new Holder.Pin(pin)));
    for (var holder : registry.alive()) {
      for (var held : holder.held()) {
        if (held.object().equals(object)) {
          found.add(
              switch (holder.kind()) {
                case PROGRAM -> new Holder.Program(holder.id(), holder.name());
                case LINK -> new Holder.Link(holder.id(), holder.name());
                case MAP, HOST_OBJECT -> new Holder.Entry(holder.id(), holder.name(), held.where());
              });
        }
      }
    }
    return new VirtualReferences(
        object.id(), object.name(), registry.references(object), registry.users(object), found);
  }
}
