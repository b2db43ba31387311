package org.ebpf4j.error;

import java.util.List;

/// The kernel refused for want of a privilege. The message names the capabilities that are missing,
/// or what else stands in the way (`unprivileged_bpf_disabled`, lockdown, a container), each as it
/// was found on this machine.
public final class PermissionException extends KernelException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> missingCapabilities;

  /// A refusal; the message is complete as given.
  public PermissionException(
      String command, int errno, List<String> missingCapabilities, String message) {
    super(command, errno, message);
    this.missingCapabilities = List.copyOf(missingCapabilities);
  }

  /// The capabilities that the call wants and this process lacks, such as `CAP_BPF`; empty where
  /// the reason is another.
  public List<String> missingCapabilities() {
    return missingCapabilities;
  }
}
