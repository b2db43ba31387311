package org.ebpf4j.attach;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Objects of the kernel, one after the other: the program runs for each when the iterator is read
/// (`Link.read()`).
///
/// @param name what is iterated over, such as `task` or `bpf_map_elem`
/// @param scope which of them; said when the program is attached
public record KernelIterator(String name, Scope scope) implements TypedPoint {
  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.value("map", "MAP", "the map whose elements it goes over"),
          HookOption.value("cgroup", "PATH", "the cgroup that it begins at"),
          HookOption.value(
              "order", "ORDER", "self_only, descendants_pre, descendants_post or ancestors_up"),
          HookOption.value("tid", "N", "the thread alone"),
          HookOption.value("pid", "N", "the threads of the process alone"));

  /// Which objects an iterator goes over.
  public sealed interface Scope {}

  /// All that there are. The iterator `cgroup` goes over every cgroup, from the root down.
  public record All() implements Scope {}

  /// The elements of a map (`bpf_map_elem`, `sockmap`, `bpf_sk_storage_map`).
  ///
  /// @param map the map; it stays the caller's
  public record OfMap(Handle map) implements Scope {}

  /// Cgroups (`cgroup`; since 6.1).
  ///
  /// @param path the directory of the cgroup that it begins at
  /// @param order which way it goes from there
  public record OfCgroup(Path path, Order order) implements Scope {}

  /// One thread (`task`, `task_file`, `task_vma`; since 6.1).
  ///
  /// @param tid its id in the process's own pid namespace
  public record OfThread(int tid) implements Scope {}

  /// The threads of one process (`task`, `task_file`, `task_vma`; since 6.1).
  ///
  /// @param pid its id in the process's own pid namespace
  public record OfProcess(int pid) implements Scope {}

  /// Which way an iterator goes over cgroups (`enum bpf_cgroup_iter_order`).
  public enum Order {
    SELF_ONLY(1),
    DESCENDANTS_PRE(2),
    DESCENDANTS_POST(3),
    ANCESTORS_UP(4);

    private final int number;

    Order(int number) {
      this.number = number;
    }

    /// The number that the kernel knows it by.
    public int number() {
      return number;
    }

    /// The name in lower case: `descendants_pre`.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Order parse(String label) {
      for (var order : values()) {
        if (order.label().equals(label)) {
          return order;
        }
      }
      throw new IllegalArgumentException(
          "no order '"
              + label
              + "' of cgroups; there are "
              + Arrays.stream(values()).map(Order::label).collect(Collectors.joining(", ")));
    }
  }

  /// @throws IllegalArgumentException for an empty name
  public KernelIterator {
    PlaceText.check("an iterator", name);
  }

  /// Over all that there are.
  public KernelIterator(String name) {
    this(name, new All());
  }

  /// The same over the elements of a map.
  public KernelIterator over(Handle map) {
    return new KernelIterator(name, new OfMap(map));
  }

  /// The same over cgroups.
  public KernelIterator over(Path cgroup, Order order) {
    return new KernelIterator(name, new OfCgroup(cgroup, order));
  }

  /// The same over the threads of one process.
  public KernelIterator ofProcess(int pid) {
    return new KernelIterator(name, new OfProcess(pid));
  }

  /// The same over one thread.
  public KernelIterator ofThread(int tid) {
    return new KernelIterator(name, new OfThread(tid));
  }

  /// Reads what is iterated over.
  ///
  /// @param options one of `map`, `cgroup` (with `order`), `tid` and `pid`, or none
  /// @throws IllegalArgumentException for an empty name, several of them, or an unknown order
  public static Place parse(String name, PlaceOptions options) {
    var all = new KernelIterator(name);
    var scope = options.oneOf("map", "cgroup", "tid", "pid");
    var order = options.text("order").map(Order::parse);
    if (order.isPresent() && !scope.equals(Optional.of("cgroup"))) {
      throw new IllegalArgumentException("an iterator has an order where it has a cgroup");
    }
    if (scope.isEmpty()) {
      return all;
    }
    return switch (scope.get()) {
      case "map" -> surroundings -> all.over(surroundings.map(options.text("map").orElseThrow()));
      case "cgroup" ->
          all.over(
              Path.of(options.text("cgroup").orElseThrow()), order.orElse(Order.DESCENDANTS_PRE));
      case "tid" -> all.ofThread(options.id("tid", 0));
      default -> all.ofProcess(options.id("pid", 0));
    };
  }

  @Override
  public String kind() {
    return "iter";
  }

  @Override
  public String typePrefix() {
    return "bpf_iter_";
  }

  @Override
  public String place() {
    return name
        + switch (scope) {
          case All() -> "";
          case OfMap(var map) -> ",map=" + map.name();
          case OfCgroup(var path, var order) ->
              ",cgroup=" + path + (order == Order.DESCENDANTS_PRE ? "" : ",order=" + order.label());
          case OfThread(var tid) -> ",tid=" + tid;
          case OfProcess(var pid) -> ",pid=" + pid;
        };
  }
}
