package org.ebpf4j.linux.reference;

/// A network device, or a network namespace as a whole.
///
/// @param namespace the number of the namespace, as in `net:[4026531840]`
/// @param path a file that stands for the namespace, as this process can open it
/// @param device the name of the device; empty for the whole namespace
/// @param index the index of the device in its namespace, or 0
/// @param own whether this process is in that namespace
public record NetworkPlace(long namespace, String path, String device, int index, boolean own) {
  /// What it is, for people: `eth0`, `eth0 in netns 4026532301 (/proc/812/ns/net)`.
  public String text() {
    var where = "netns " + namespace + " (" + path + ")";
    if (device.isEmpty()) {
      return own ? "this network namespace" : where;
    }
    return own ? device : device + " in " + where;
  }

  /// What a command is to begin with so that it runs there.
  String entering() {
    return own ? "" : "nsenter --net=" + path + " ";
  }
}
