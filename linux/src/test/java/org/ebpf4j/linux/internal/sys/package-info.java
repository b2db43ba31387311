@NullMarked
package org.ebpf4j.linux.internal.sys;

import org.jspecify.annotations.NullMarked;
