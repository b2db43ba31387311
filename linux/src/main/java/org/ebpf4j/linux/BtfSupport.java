package org.ebpf4j.linux;

import org.ebpf4j.btf.BtfFeatures;
import org.ebpf4j.linux.internal.probe.KernelFeature;
import org.ebpf4j.linux.internal.probe.KernelFeatures;

/// What the running kernel knows of BTF.
final class BtfSupport {
  private BtfSupport() {}

  static BtfFeatures features() {
    return new BtfFeatures(
        has(KernelFeature.BTF_FUNCTIONS),
        has(KernelFeature.BTF_GLOBAL_FUNCTIONS),
        has(KernelFeature.BTF_DATA_SECTIONS),
        has(KernelFeature.BTF_OPTIONAL_SECTIONS),
        has(KernelFeature.BTF_FLOATS),
        has(KernelFeature.BTF_DECLARATION_TAGS),
        has(KernelFeature.BTF_TYPE_TAGS),
        has(KernelFeature.BTF_ENUM64),
        has(KernelFeature.BTF_LAYOUT));
  }

  private static boolean has(KernelFeature feature) {
    return KernelFeatures.ofProcess().has(feature);
  }
}
