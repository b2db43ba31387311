package org.ebpf4j.linux.inspect;

import org.ebpf4j.attach.Netns;

/// A network namespace, and how to get there.
///
/// @param inode the number that the kernel knows it by, as in `net:[4026531840]`; 0 for none
/// @param path a file that stands for it, such as `/run/netns/blue` or `/proc/123/ns/net`; empty
///   where this process sees none
/// @param name its name where it was given one below `/run/netns`; else empty
/// @param process the lowest id of the processes in it that this process sees; 0 for none
/// @param command the name of that process; empty for none
public record NetnsInfo(long inode, String path, String name, int process, String command) {
  /// No network namespace: one that is gone, or was not found.
  public static final NetnsInfo NONE = new NetnsInfo(0, "", "", 0, "");

  /// One of which only the number is known.
  public static NetnsInfo ofInode(long inode) {
    return inode == 0 ? NONE : new NetnsInfo(inode, "", "", 0, "");
  }

  /// Whether there is one.
  public boolean exists() {
    return inode != 0;
  }

  /// Whether there is a file by which it can be entered.
  public boolean isReachable() {
    return !path.isEmpty();
  }

  /// It as part of a place that programs are attached to.
  ///
  /// @throws IllegalStateException where no file stands for it
  public Netns netns() {
    if (path.isEmpty()) {
      throw new IllegalStateException(
          "no file stands for the network namespace net:[" + inode + "]");
    }
    return new Netns(path);
  }

  /// It in a few words: its name, or a process in it, or its number.
  public String label() {
    return !name.isEmpty()
        ? name
        : process != 0
            ? "process " + process + " (" + command + ")"
            : inode == 0 ? "unknown" : "net:[" + inode + "]";
  }
}
