package org.ebpf4j.linux.inspect;

/// The network device that a link is on. Indexes and names of devices are those of a network
/// namespace: the same index is another device in the next one.
///
/// @param index its index in its network namespace; 0 where the link is detached
/// @param name its name in its network namespace; empty where it was not found
/// @param netns its network namespace; [NetnsInfo#NONE] where it was not found, as where several
///   have a device of that index with that program
public record DeviceInfo(int index, String name, NetnsInfo netns) {
  /// None: the link is detached.
  public static final DeviceInfo NONE = new DeviceInfo(0, "", NetnsInfo.NONE);

  /// A device that was not found.
  public static DeviceInfo unknown(int index) {
    return index == 0 ? NONE : new DeviceInfo(index, "", NetnsInfo.NONE);
  }
}
