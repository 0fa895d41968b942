console.log("a part that is long enough to be worth it, long enough to be worth it");
