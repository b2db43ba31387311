package org.ebpf4j.linux.reference;

/// Something that can be done about a reference from outside, without ending a process.
public sealed interface ReleaseAction {
  /// What is done, for people, in the imperative: `remove pin /sys/fs/bpf/hello`.
  String text();

  /// What was done: `removed pin /sys/fs/bpf/hello`.
  default String done() {
    var text = text();
    var verb = text.substring(0, text.indexOf(' '));
    return verb + (verb.endsWith("e") ? "d" : "ed") + text.substring(verb.length());
  }

  /// Removes one name of a pin.
  ///
  /// @param path the name, as this process can open it
  record RemovePin(String path) implements ReleaseAction {
    @Override
    public String text() {
      return "remove pin " + path;
    }
  }

  /// Takes a link off its hook, which does not end the link.
  ///
  /// @param link its id
  /// @param type its type: `xdp`
  record DetachLink(int link, String type) implements ReleaseAction {
    @Override
    public String text() {
      return "detach link " + link + " (" + type + ")";
    }
  }

  /// Takes functions out of use that the kernel has from a map of operations without a link.
  ///
  /// @param map the id of the map
  record Unregister(int map) implements ReleaseAction {
    @Override
    public String text() {
      return "remove entry 0 of struct_ops map " + map + ", whose functions the kernel uses";
    }
  }

  /// Removes an entry of a map.
  record RemoveEntry(Reference.Slot slot) implements ReleaseAction {
    @Override
    public String text() {
      return "remove " + slot.text();
    }
  }

  /// Takes a program off a map of sockets.
  record DetachSockmap(Reference.Sockmap hook) implements ReleaseAction {
    @Override
    public String text() {
      return "detach it from map of sockets " + hook.map() + " (" + hook.attachType() + ")";
    }
  }

  /// Takes a program off a device that has it by netlink.
  record DetachXdp(Reference.Xdp hook) implements ReleaseAction {
    @Override
    public String text() {
      return "detach it from " + hook.place().text() + " (XDP, " + hook.mode() + ")";
    }
  }

  /// Removes a filter of traffic control.
  record RemoveFilter(Reference.Filter filter) implements ReleaseAction {
    @Override
    public String text() {
      return "remove " + filter.text();
    }
  }

  /// Takes a program off a hook of the network that has it without a link.
  record DetachNetwork(Reference.NetworkHook hook) implements ReleaseAction {
    @Override
    public String text() {
      return "detach it from " + hook.place().text() + " (" + hook.attachType() + ")";
    }
  }

  /// Removes a route that has a program.
  record RemoveRoute(Reference.Route route) implements ReleaseAction {
    @Override
    public String text() {
      return "remove " + route.text();
    }
  }

  /// Takes a program off a cgroup that has it without a link.
  record DetachCgroup(Reference.Cgroup hook) implements ReleaseAction {
    @Override
    public String text() {
      return "detach it from cgroup " + hook.path() + " (" + hook.attachType() + ")";
    }
  }
}
