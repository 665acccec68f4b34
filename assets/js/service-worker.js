// Shows notifications while no page is open, and opens what they are about. Keeps nothing and fetches nothing.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(show(event.data?.json())));

async function show(news) {
    if (!news) return;
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    // Whoever has it before their eyes needs no telling.
    if (pages.some((page) => page.focused && new URL(page.url).pathname === news.address)) return;
    await self.registration.showNotification(news.title, { body: news.body, tag: news.tag, data: { address: news.address } });
}

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data.address));
});

async function open(address) {
    const target = new URL(address, self.location.origin);
    // By the whole address: what a page keeps under blob: has the page's origin, too.
    if (!target.href.startsWith(`${self.location.origin}/`)) return;
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages.find((one) => new URL(one.url).pathname === target.pathname);
    if (page) await page.focus();
    else await self.clients.openWindow(target);
}
