@NullMarked
package org.ebpf4j.linux.internal.netlink;

import org.jspecify.annotations.NullMarked;
